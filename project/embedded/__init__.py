"""The one-command start: Tutela with its own PostgreSQL and Valkey, for a desk, a demo, the tests.

Production installs none of this: it gives the settings their URLs and runs the doors as it likes. Read
`__main__.py` for the commands, `cluster.py` for the two servers, `stack.py` for the doors and workers,
`supervisor.py` for who starts, restarts and stops them.
"""

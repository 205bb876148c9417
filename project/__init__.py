"""Wiring: settings, doors, people, the one-command start. `apps.py` loads the worker's app."""

"""Places where a test may kill the process, to prove that nothing is lost and nothing half-done.

`TUTELA_FAILPOINT=name` makes the process vanish there, without clean-up, as a power cut would. Settings refuse
the variable in production.
"""

import os

from django.conf import settings

STATUS = 137


def hit(name: str) -> None:
    """Die here if this is the place asked for."""
    if name == settings.TUTELA_FAILPOINT:
        os._exit(STATUS)

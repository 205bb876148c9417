"""The doors' WSGI application, for a server process that must not outlive its parent."""

import os
import signal

from project.embedded.processes import dies_with
from project.wsgi import application

dies_with(os.getppid(), signal.SIGKILL)()

__all__ = ["application"]

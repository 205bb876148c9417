"""The web server's way in; which door it serves is said by TUTELA_DOOR."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
application = get_wsgi_application()
# Imported late: the check needs Django set up.
from project.checks import refuse_the_owner  # noqa: E402

refuse_the_owner()

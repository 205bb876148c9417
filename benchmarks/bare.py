"""The ceiling of the web: Django with no middleware, one page that does nothing, one that stores two rows."""

import os
import uuid

import environ
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone

_database = environ.Env.db_url_config(os.environ["DATABASE_URL"])
_database["ENGINE"] = "django.db.backends.postgresql"
_database["OPTIONS"] = {**_database.get("OPTIONS", {}), "pool": {"min_size": 1, "max_size": 8}}

if not settings.configured:
    settings.configure(
        SECRET_KEY="bench" * 12,
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=__name__,
        USE_TZ=True,
        DATABASES={"default": _database},
    )

ROW = (
    "INSERT INTO bench_plain (id, thread, name, kind, still_online, danger, at) VALUES (%s,%s,%s,%s,%s,%s,%s)"
)


def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


def report(request: HttpRequest) -> HttpResponse:
    """A report and its audit row, in one transaction."""
    where = request.POST["where"]
    with transaction.atomic(), connection.cursor() as cursor:
        for name in ("report", "audit"):
            cursor.execute(ROW, [uuid.uuid4(), uuid.uuid4(), name, where[:20], "", False, timezone.now()])
    return HttpResponse("stored")


urlpatterns = [path("nothing", nothing), path("report", report)]
application = get_wsgi_application()

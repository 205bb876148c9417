"""The public door: the language is in the path, since there is no cookie."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from project.pages import basics, language

urlpatterns = [
    path("healthz", basics.healthz, name="healthz"),
    path("", language.pick, name="pick_language"),
    *i18n_patterns(path("", include("intake.urls.public"))),
]
handler400 = "project.pages.errors.bad_request"
handler404 = "project.pages.errors.not_found"
handler500 = "project.pages.errors.server_error"

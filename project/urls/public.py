"""The public door: the language is in the path, since there is no cookie."""

from django.urls import path

from project.pages import basics

urlpatterns = [
    path("healthz", basics.healthz, name="healthz"),
]
handler400 = "project.pages.errors.bad_request"
handler404 = "project.pages.errors.not_found"
handler500 = "project.pages.errors.server_error"

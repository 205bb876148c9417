"""The desk: analysts, supervisors, auditors and administrators."""

from django.urls import path

from project.pages import basics

urlpatterns = [
    path("healthz", basics.healthz, name="healthz"),
    path("", basics.home, name="home"),
    path("look", basics.look, name="look"),
]
handler400 = "project.pages.errors.bad_request"
handler404 = "project.pages.errors.not_found"
handler500 = "project.pages.errors.server_error"

"""The partner door: people of the agencies we refer to."""

from django.urls import include, path

from project.pages import basics

urlpatterns = [
    path("healthz", basics.healthz, name="healthz"),
    path("", basics.home, name="home"),
    path("look", basics.look, name="look"),
    path("", include("project.urls.sign_in")),
    path("", include("referrals.urls.partner")),
]
handler400 = "project.pages.errors.bad_request"
handler404 = "project.pages.errors.not_found"
handler500 = "project.pages.errors.server_error"

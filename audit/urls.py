"""The auditor's desk, included by the desk's door."""

from django.urls import path

from audit import views

urlpatterns = [
    path("", views.entries, name="log"),
    path("verify", views.verify, name="verify"),
    path("<uuid:event_id>", views.entry, name="entry"),
]

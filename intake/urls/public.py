"""Routes of the public door. Their names on a screen or in a history say nothing about the subject."""

from django.urls import path

from intake.views import public

urlpatterns = [
    path("", public.start, name="start"),
    path("where", public.where, name="where"),
    path("what", public.what, name="what"),
    path("when", public.when, name="when"),
    path("done", public.receipt, name="receipt"),
    path("for-you", public.about_me, name="about_me"),
    path("code", public.return_visit, name="return_visit"),
    path("privacy", public.privacy, name="privacy"),
    path("hide-visit", public.hide_visit, name="hide_visit"),
    path("accessibility", public.accessibility, name="accessibility"),
]

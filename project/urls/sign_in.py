"""The way in and out, shared by the desk and the partner door."""

from django.urls import path

from project.pages import sign_in

urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="account_login"),
    path("sign-out", sign_in.sign_out, name="account_logout"),
]

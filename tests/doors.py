"""Django's test client, standing before one of the three doors."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse

from project.doors import door_settings


class at_door(override_settings):  # noqa: N801 - reads as a context: `with at_door("desk"):`
    """Routes, middleware and cookies of this door."""

    def __init__(self, name: str) -> None:
        super().__init__(**door_settings(name, secure=False))
        self.name = name


class DoorClient(Client):
    """A browser at one door. Several may be used in turn: each request sees its own door's settings."""

    def __init__(self, door: str, **extra: Any) -> None:
        super().__init__(headers={"host": settings.ALLOWED_HOSTS[0]}, **extra)
        self.door = door

    def request(self, **request: Any) -> Any:
        with at_door(self.door):
            return super().request(**request)

    def submit(self, path: str, **fields: Any) -> Any:
        """Post a form as a browser does: no door accepts the multipart body that Django's client would send."""
        return self.post(
            path, urlencode(fields, doseq=True), content_type="application/x-www-form-urlencoded"
        )

    def url(self, route: str, **kwargs: Any) -> str:
        """The path of a route of this door."""
        with at_door(self.door):
            return reverse(route, kwargs=kwargs or None)

    def sign_in(self, person: Any) -> "DoorClient":
        """A session for this person, without the password. The sign-in itself has its own tests."""
        with at_door(self.door):
            self.force_login(person, backend="project.people.DoorBackend")
        return self

    def sign_out(self) -> None:
        with at_door(self.door):
            self.logout()

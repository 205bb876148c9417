"""People, and one table of sessions for each door that knows people."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.log import Actor
from audit.models import Stateful
from project.roles import Role


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin, Stateful):
    """A person of the hotline or of a partner agency. The id is the pseudonym that stands in the log."""

    audit_kind = "person"
    audit_facts: ClassVar[dict[str, str]] = {"role": "role"}
    audit_free = ("last_login",)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices())
    state = models.CharField(max_length=10, default="active")
    organisation = models.CharField(max_length=120, blank=True, default="")
    """Empty for the hotline's own people; otherwise the organisation that lends this person as a delegate."""

    audit_added = ("organisation",)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    objects = UserManager()

    class Meta:
        verbose_name = _("person")
        permissions = [("manage_people", "Manage people")]
        constraints = [
            models.CheckConstraint(name="no_superuser", condition=models.Q(is_superuser=False)),
            models.CheckConstraint(
                name="person_role", condition=models.Q(role__in=[role.value for role in Role])
            ),
            models.CheckConstraint(name="person_state", condition=models.Q(state__in=["active", "left"])),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        return self.state == "active"

    @property
    def actor(self) -> Actor:
        return Actor(str(self.id))

    def get_full_name(self) -> str:
        return self.name


class DeskSession(AbstractBaseSession):
    class Meta(AbstractBaseSession.Meta):
        db_table = "project_session_desk"

    @classmethod
    def get_session_store_class(cls) -> Any:
        from project.sessions.desk import SessionStore

        return SessionStore


class PartnerSession(AbstractBaseSession):
    class Meta(AbstractBaseSession.Meta):
        db_table = "project_session_partner"

    @classmethod
    def get_session_store_class(cls) -> Any:
        from project.sessions.partner import SessionStore

        return SessionStore

"""People: who may sign in at which door, and the verbs that add them and let them go."""

from typing import Any
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext as _

from audit import log
from audit.acts import Refusal, verb
from audit.log import Actor
from project.actions import Action
from project.doors import DOORS
from project.models import User
from project.roles import Role


class DoorBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """Password sign-in, only for people whose role belongs to this door; asked again on every request."""

    def user_can_authenticate(self, user: User) -> bool:
        return user.is_active and user.role in DOORS[settings.TUTELA_DOOR].roles

    def get_user(self, user_id: UUID) -> User | None:
        user = User.objects.filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs themselves up; every sign-in, good or bad, is an entry."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> Any:
        log.note(Action.PERSON_SIGN_IN, actor=user.actor, kind="person", id=user.id)
        return super().post_login(request, user, **kwargs)

    def logout(self, request: HttpRequest) -> None:
        user = request.user
        if isinstance(user, User):
            log.note(Action.PERSON_SIGN_OUT, actor=user.actor, kind="person", id=user.id)
        super().logout(request)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """The entry names the person only if there is one; the address typed is kept nowhere."""
        user = User.objects.filter(email__iexact=credentials.get("email") or "").first()
        if user:
            log.note(Action.PERSON_FAIL, actor=log.PUBLIC, kind="person", id=user.id)
        super().authentication_failed(request, **credentials)


@verb(Action.PERSON_ADD)
def add_person(
    *, actor: Actor, email: str, name: str, role: Role, password: str, groups: list[Group]
) -> User:
    """Add a person with a role and their teams or agency. Raises Refusal if the e-mail is known."""
    if User.objects.filter(email__iexact=email).exists():
        raise Refusal(_("Somebody with this e-mail address is here already."))
    user = User(email=email.lower(), name=name, role=role, password=make_password(password))
    written = log.append(
        Action.PERSON_ADD,
        actor=actor,
        kind="person",
        id=user.id,
        after="active",
        facts={"role": role},
        payload={"name": name, "email": user.email, "groups": [str(group.pk) for group in groups]},
        subject=user.id,
    )
    user.last_event_id = written.event_id
    user.save(force_insert=True)
    user.groups.set(groups)
    return user


@verb(Action.PERSON_LEAVE)
def let_go(*, actor: Actor, person: UUID) -> User:
    """End a person's access at once: the next request of any session of theirs finds nobody."""
    user = User.objects.select_for_update(no_key=True).get(pk=person)
    if not user.is_active:
        raise Refusal(_("%(name)s has left already.") % {"name": user.name})
    if str(user.id) == actor.pseudonym:
        raise Refusal(_("You cannot end your own access. Another administrator can."))
    written = log.append(
        Action.PERSON_LEAVE, actor=actor, kind="person", id=user.id, before=user.state, after="left"
    )
    user.state = "left"
    user.last_event_id = written.event_id
    user.save(update_fields=["state", "last_event"])
    return user

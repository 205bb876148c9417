"""People: who may sign in at which door, and the verbs that add them and let them go."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from audit import log
from audit.acts import Refusal, verb
from audit.log import Actor
from project.actions import Action
from project.doors import DOORS
from project.models import User
from project.roles import Role
from referrals.services import links

# No letter or digit that could be taken for another one when it is read out.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class Listed:
    """A person as the administrator sees them. `since`: added, or left."""

    person: User
    places: list[str]
    since: datetime | None


def everybody() -> list[Listed]:
    """All people, those who may sign in first, each with the time of the entry that made it so."""
    since = {
        line.object_id: line.recorded_at
        for line in log.entries_for(
            object_kind=User.audit_kind, action__in=[Action.PERSON_ADD, Action.PERSON_LEAVE]
        )
    }
    places = Prefetch("groups", Group.objects.select_related("team", "agency"))
    found = User.objects.order_by("state", "name", "id").prefetch_related(places)
    return [
        Listed(person, sorted(place_name(group) for group in person.groups.all()), since.get(person.id))
        for person in found
    ]


def place_name(group: Group) -> str:
    """The name of the team or agency that the group stands for."""
    place = getattr(group, "team", None) or getattr(group, "agency", None)
    return str(place or group)


def team_groups() -> QuerySet[Group]:
    return Group.objects.filter(team__isnull=False).select_related("team").order_by("team__name")


def agency_groups() -> QuerySet[Group]:
    return Group.objects.filter(agency__isnull=False).select_related("agency").order_by("agency__name")


def groups_of(keys: Iterable[str]) -> list[Group]:
    """The groups with these keys; an empty key is nothing."""
    return list(Group.objects.filter(pk__in=[key for key in keys if key]))


def actor_of(request: HttpRequest) -> Actor:
    """Who acts. The middleware lets only people in; a page without it stays closed."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user.actor


def find(person: UUID) -> User | None:
    return User.objects.filter(pk=person).first()


def first_password() -> str:
    """A password of 99 random bits that can be read out over the phone. It is shown once and kept nowhere."""
    return "-".join("".join(secrets.choice(LETTERS) for _letter in range(5)) for _part in range(4))


class DoorBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """Password sign-in, only for people whose role belongs to this door; asked again on every request."""

    def user_can_authenticate(self, user: User) -> bool:
        return user.is_active and user.role in DOORS[settings.TUTELA_DOOR].roles

    @classmethod
    def _stash_user(cls, user: User | None) -> None:
        """Forget who it was: allauth would go on to sign in a person whom this door does not let in."""

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
    *,
    actor: Actor,
    email: str,
    name: str,
    role: Role,
    password: str,
    groups: list[Group],
    organisation: str = "",
) -> User:
    """Add a person with a role and their teams or agency. Raises Refusal if the e-mail is known.

    `organisation` lends the person: a delegate, who is no second person where a policy asks for one of the house.
    """
    if User.objects.filter(email__iexact=email).exists():
        raise Refusal(_("Somebody with this e-mail address is here already."))
    user = User(
        email=email.lower(),
        name=name,
        role=role,
        password=make_password(password),
        organisation=organisation,
    )
    log.add(
        user,
        Action.PERSON_ADD,
        actor=actor,
        after="active",
        facts={"role": role},
        payload={
            "name": name,
            "email": user.email,
            "groups": [str(group.pk) for group in groups],
            "organisation": organisation,
        },
        subject=user.id,
    )
    user.groups.set(groups)
    return user


@verb(Action.PERSON_LEAVE, links.CLOSES)
def let_go(*, actor: Actor, person: UUID) -> User:
    """End a person's access at once: their sessions find nobody, and links in packages they collected close."""
    user = User.objects.select_for_update(no_key=True).get(pk=person)
    if not user.is_active:
        raise Refusal(_("%(name)s has left already.") % {"name": user.name})
    if str(user.id) == actor.pseudonym:
        raise Refusal(_("You cannot end your own access. Another administrator can."))
    before, user.state = user.state, "left"
    log.change(
        user,
        Action.PERSON_LEAVE,
        columns=["state"],
        actor=actor,
        before=before,
        after=user.state,
    )
    links.close_links_taken_by(user.id, actor)
    return user

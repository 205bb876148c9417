"""The whole public API of the log: register what can be said, append an entry, read entries back."""

import json
import os
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

import rfc8785
from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise

from audit import acts, binding, entries, keyring
from audit.entries import PUBLIC, SYSTEM, Actor, Fact, by_link
from audit.models import Event, Line, Payload, Recorded
from audit.naming import Numbers, register_kinds, register_numbers, register_people
from audit.querysets import LineQuerySet

__all__ = [
    "PUBLIC",
    "SYSTEM",
    "Actor",
    "Fact",
    "Numbers",
    "Written",
    "actions",
    "add",
    "append",
    "by_link",
    "change",
    "entries_for",
    "is_rowless",
    "known",
    "note",
    "payloads",
    "register",
    "register_kinds",
    "register_numbers",
    "register_people",
    "register_rowless",
    "sentence",
]

Text = Mapping[str, str | list[str]]

_sentences: dict[str, str | Promise] = {}
_rowless: set[str] = set()


@dataclass(frozen=True)
class Written:
    """The receipt of one entry: its id, and the digest that will stand in the tree."""

    event_id: UUID
    leaf_hash: bytes


def register(sentences: Mapping[StrEnum, str | Promise]) -> None:
    """Teach the log an app's actions, each with the sentence a person reads. Called from AppConfig.ready()."""
    for action, sentence in sentences.items():
        noun, _, verb = action.value.partition(":")
        if not noun or not verb:
            raise ValueError(f"{action.value!r} is not noun:verb")
        _sentences[action.value] = sentence


def register_rowless(*kinds: str) -> None:
    """Name kinds of objects that entries may be about although no table holds them (a page of a door)."""
    _rowless.update(kinds)


def is_rowless(kind: str) -> bool:
    return kind in _rowless


def sentence(action: str) -> str | Promise:
    """What the action means, for people. An unknown action is shown as it is."""
    return _sentences.get(action, action)


def known(action: str) -> bool:
    return action in _sentences


def actions() -> dict[str, str | Promise]:
    """Every action with its sentence, in the order of the alphabet."""
    return dict(sorted(_sentences.items()))


def append(
    action: str,
    *,
    actor: Actor,
    kind: str,
    id: UUID,  # noqa: A002 - the object's id, by the name every model gives it
    row: Recorded | None = None,
    case: UUID | None = None,
    before: str = "",
    after: str = "",
    facts: Mapping[str, Fact] | None = None,
    payload: Text | None = None,
    subject: UUID | None = None,
    new_subject: bool = False,
) -> Written:
    """Write one entry about one object, inside the running verb.

    `row` is the object with its new values, not yet saved: the entry binds every column of it.
    `facts` stand in the clear for ever: enums, ids, numbers, booleans and times only. Text goes to `payload`,
    sealed for `subject` (default: the case, else the object). `new_subject` says the subject has no key yet.
    """
    acts.require_declared(action)
    binding.check(kind, id, row)
    bound = {**(facts or {}), **({binding.FACT: binding.digest(row)} if row else {})}
    return _write(action, actor, kind, id, case, before, after, bound, payload, subject, new_subject)


def add(
    row: Recorded,
    action: str,
    *,
    actor: Actor,
    case: UUID | None = None,
    after: str = "",
    facts: Mapping[str, Fact] | None = None,
    payload: Text | None = None,
    subject: UUID | None = None,
    new_subject: bool = False,
) -> Written:
    """Write a new row with the entry that tells of it."""
    written = append(
        action,
        actor=actor,
        kind=row.audit_kind,
        id=row.pk,
        row=row,
        case=case,
        after=after,
        facts=facts,
        payload=payload,
        subject=subject,
        new_subject=new_subject,
    )
    row.last_event_id = written.event_id
    row.save(force_insert=True)
    return written


def change(
    row: Recorded,
    action: str,
    *,
    columns: Iterable[str],
    actor: Actor,
    case: UUID | None = None,
    before: str = "",
    after: str = "",
    facts: Mapping[str, Fact] | None = None,
    payload: Text | None = None,
    subject: UUID | None = None,
) -> Written:
    """Save these columns of a locked row, whose new values stand on it already, with the entry that tells of it."""
    written = append(
        action,
        actor=actor,
        kind=row.audit_kind,
        id=row.pk,
        row=row,
        case=case,
        before=before,
        after=after,
        facts=facts,
        payload=payload,
        subject=subject,
    )
    row.last_event_id = written.event_id
    row.save(update_fields=["last_event", *columns])
    return written


def note(
    action: str,
    *,
    actor: Actor,
    kind: str,
    id: UUID,  # noqa: A002
    case: UUID | None = None,
    facts: Mapping[str, Fact] | None = None,
) -> Written:
    """Write an entry that moves nothing (a read, a refusal), in a transaction of its own."""
    with acts.act("audit.note", frozenset({action})):
        return _write(action, actor, kind, id, case, "", "", facts or {})


def entries_for(**where: object) -> LineQuerySet:
    """Entries in the order they were written; filter by case_id, object_id, action, actor."""
    return Line.objects.filter(**where).order_by("seq")


def payloads(events: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """The texts of these entries. An erased text is left out."""
    texts = {}
    rows = list(Payload.objects.filter(event_id__in=list(events), sealed__isnull=False))
    keys = keyring.keys_of({row.subject for row in rows})
    for row in rows:
        try:
            texts[row.event_id] = json.loads(keyring.unseal(row.subject, bytes(row.sealed or b""), keys))
        except keyring.Erased:
            continue
    return texts


def _write(
    action: str,
    actor: Actor,
    kind: str,
    object_id: UUID,
    case: UUID | None,
    before: str,
    after: str,
    facts: Mapping[str, Fact],
    payload: Text | None = None,
    subject: UUID | None = None,
    new_subject: bool = False,
) -> Written:
    if not known(action):
        raise ValueError(f"{action} is not registered")
    salt = os.urandom(entries.SALT_BYTES) if payload else b""
    text = rfc8785.dumps(dict(payload)) if payload else b""
    event_id = uuid.uuid4()
    body = entries.encode(
        entries.Entry(
            log=settings.TUTELA_LOG_ORIGIN,
            id=event_id,
            ts=timezone.now(),
            action=action,
            kind=kind,
            object_id=object_id,
            actor=actor,
            case=case,
            before=before,
            after=after,
            facts=facts,
            commit=entries.commitment(text, salt) if payload else b"",
        )
    )
    Event(
        event_id=event_id,
        object_kind=kind,
        object_id=object_id,
        case_id=case,
        action=action,
        actor=actor.pseudonym,
        entry=body,
    ).save(force_insert=True)
    if payload:
        _keep_text(event_id, subject or case or object_id, text, salt, new_subject)
    return Written(event_id, entries.leaf_hash(body))


def _keep_text(event_id: UUID, subject: UUID, text: bytes, salt: bytes, new_subject: bool) -> None:
    sealed = keyring.seal_for_new(subject, text) if new_subject else keyring.seal(subject, text)
    Payload(event_id=event_id, subject=subject, salt=salt, sealed=sealed).save(force_insert=True)

"""What can be said of one line of the log by itself: its bytes, its columns, its copy, its text."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import rfc8785
from django.utils.translation import gettext as _

from audit import entries, keyring
from audit.lines import Stored

CLOCK_TOLERANCE = timedelta(seconds=5)
ERASE = "payload:erase"
"""The act that erases a text; its entry is about the text's subject."""

_TYPES: dict[str, type] = {
    "v": int,
    "log": str,
    "id": str,
    "ts": str,
    "actor": str,
    "agency": str,
    "action": str,
    "object": str,
    "case": str,
    "from": str,
    "to": str,
    "facts": dict,
    "commit": str,
    "seen": list,
}


class Unreadable(ValueError):
    """The bytes are no entry of format 1. The message says why."""


def read(entry: bytes) -> dict[str, Any]:
    """The fields of an entry. Raises Unreadable unless the bytes are exactly format 1."""
    try:
        body = json.loads(entry)
        canonical = rfc8785.dumps(body)
    except (ValueError, RecursionError, rfc8785.CanonicalizationError) as error:
        raise Unreadable(_("its bytes cannot be read as an entry")) from error
    if canonical != entry:
        raise Unreadable(_("its bytes are not in the canonical form"))
    if not isinstance(body, dict) or body.keys() != _TYPES.keys() or body["v"] != entries.FORMAT:
        raise Unreadable(_("its fields are not those of format 1"))
    if any(type(body[name]) is not wanted for name, wanted in _TYPES.items()):
        raise Unreadable(_("a field has the wrong type"))
    return body


def problems(line: Stored, body: dict[str, Any], known: Callable[[str], bool]) -> Iterator[str]:
    """Everything wrong with one readable line."""
    for column, said in _columns(line).items():
        if body[column] != said:
            yield _("the column for “%(column)s” says something else than the entry") % {"column": column}
    if not known(body["action"]):
        yield _("its action “%(action)s” is not one the product knows") % {"action": body["action"]}
    if _moment(body["ts"]) is None:
        yield _("its time is not a time in UTC")
    yield from _hash_problems(line)
    yield from _text_problems(line, body["commit"])


def is_late(line: Stored, body: dict[str, Any]) -> bool:
    """Whether the writer's clock and the database's were further apart than we accept."""
    moment = _moment(body["ts"])
    return moment is not None and abs(line.recorded_at - moment) > CLOCK_TOLERANCE


def _columns(line: Stored) -> dict[str, str]:
    return {
        "id": str(line.event_id),
        "object": f"{line.kind}:{line.object_id}",
        "case": str(line.case_id) if line.case_id else "",
        "action": line.action,
        "actor": line.actor,
    }


def _hash_problems(line: Stored) -> Iterator[str]:
    digest = entries.leaf_hash(line.entry)
    if line.leaf_hash != digest:
        yield _("its leaf hash does not fit its bytes")
    if line.copied_hash is None:
        yield _("the database holds no copy of its leaf hash: it did not come in by the front door")
    elif line.copied_hash != digest:
        yield "it was changed after it was written: the copy of its leaf hash is another"


def _text_problems(line: Stored, commit: str) -> Iterator[str]:
    if not line.has_text:
        if commit:
            yield _("its text is missing")
        return
    if not commit:
        yield _("a text was attached to it that it does not know")
    elif line.sealed is None:
        if not _erased_rightly(line):
            yield _("its text was erased, but no entry says so")
    elif complaint := _opened(line, commit):
        yield complaint


def _erased_rightly(line: Stored) -> bool:
    """Whether a later entry about the text's own subject says that it was erased."""
    return (
        line.erasing_action == ERASE
        and line.erasing_subject == line.subject
        and line.erasing_index is not None
        and line.erasing_index > line.index
    )


def _opened(line: Stored, commit: str) -> str:
    if line.subject is None or line.sealed is None or line.salt is None:
        return _("its text is incomplete")
    if line.wrapped_key is None:
        return _("the key of its text is gone, but no entry says that it was erased")
    try:
        text = keyring.unseal_with(line.wrapped_key, line.subject, line.sealed)
    except keyring.WrongMaster:
        return _("the key of its text does not open: it was changed, or TUTELA_KEK is not the right one")
    except keyring.Damaged:
        return _("its text does not open: it was changed, or belongs to somebody else")
    if entries.commitment(text, line.salt).hex() != commit:
        return _("its text is not the one that was written")
    return ""


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        return moment if entries.stamp(moment) == text else None
    except ValueError:
        return None

"""What happened to a case, as sentences: the main acts beside it, and every entry on a page of its own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from audit import log, naming, rows
from audit.entries import LINK
from audit.rows import Row
from intake.actions import Action
from intake.models import Case
from intake.steps import facts_of
from intake.wording import VERDICTS, countries

TRAIL_AT_MOST = 12
PAGE = 50
NOT_IN_THE_TRAIL = [
    Action.ASSESSMENT_RECORD,
    Action.CASE_REFUSE,
    Action.ITEM_SORT,
    Action.LEASE_END,
    Action.LEASE_HOLD,
    Action.REVIEW_RECORD,
]


@dataclass(frozen=True)
class TrailLine:
    """One act, as a sentence, with who did it and in which role. `why` is unsealed, and folded on the page."""

    sentence: str | Promise
    at: datetime
    who: str
    why: str = ""
    note: str = ""
    row: Row | None = None
    detail: str = ""


@dataclass(frozen=True)
class Entries:
    """One page of all entries of a case; `older` and `newer` are where the neighbouring pages begin."""

    lines: list[TrailLine]
    newer: int | None = None
    older: int | None = None


def trail_of(case: Case) -> list[TrailLine]:
    """The main acts, newest first."""
    told = log.entries_for(case_id=case.id).exclude(action__in=NOT_IN_THE_TRAIL)
    lines = list(told.exclude(action__endswith=":read").newest_before(None)[:TRAIL_AT_MOST])
    names = people_behind(line.actor for line in lines)
    return [TrailLine(_sentence(line), line.recorded_at, names[line.actor]) for line in lines]


def entries_of(case: Case, before: int | None, after: int | None) -> Entries:
    """Every entry of the case, newest first, a page at a time, by its place in the log."""
    all_of_it = log.entries_for(case_id=case.id)
    if after is not None:
        found = list(all_of_it.oldest_after(after)[: PAGE + 1])
        return _page(found[:PAGE][::-1], newer=len(found) > PAGE, older=True)
    found = list(all_of_it.newest_before(before)[: PAGE + 1])
    return _page(found[:PAGE], newer=before is not None, older=len(found) > PAGE)


def people_behind(pseudonyms: Iterable[str]) -> dict[str, str]:
    """The people behind pseudonyms of the log, with their roles, for those who work with them."""
    names = {"system": _("system"), "public": _("reporter")}
    wanted = set(pseudonyms)
    links = naming.pseudonyms(word for word in wanted if word.startswith(LINK))
    people = get_user_model().objects.filter(pk__in=wanted - names.keys() - links.keys())
    named = {str(person.pk): f"{person.name}, {person.get_role_display()}" for person in people}
    return {word: word for word in wanted} | links | names | named


def _page(lines: list[Any], *, newer: bool, older: bool) -> Entries:
    if not lines:
        return Entries([])
    names = people_behind(line.actor for line in lines)
    texts = log.payloads(line.event_id for line in lines)
    told = [
        TrailLine(
            sentence=_sentence(line),
            at=line.recorded_at,
            who=names[line.actor],
            why=str(texts.get(line.event_id, {}).get("reason", "")),
            note=_note(line, texts),
            row=row,
            detail=_detail(facts_of(line)),
        )
        for line, row in zip(lines, rows.rows(lines), strict=True)
    ]
    return Entries(told, lines[0].seq if newer else None, lines[-1].seq if older else None)


def _note(line: Any, texts: Mapping[UUID, Mapping[str, Any]]) -> str:
    """Here also those notes are read that the page of the case leaves out."""
    return str(texts.get(line.event_id, {}).get("text", "")) if line.action == Action.NOTE_WRITE else ""


def _sentence(line: Any) -> str | Promise:
    if line.action == Action.CASE_REVIEW and not facts_of(line).get("agrees"):
        if facts_of(line).get("disputed"):
            return _("A second person did not agree again; a supervisor decides")
        return _("The second person did not agree; the case went back to its assessor")
    return log.sentence(line.action)


def _detail(facts: dict[str, Any]) -> str:
    """The verdict and the country, where the entry says them."""
    verdict, country = facts.get("verdict"), facts.get("country")
    words = [str(VERDICTS[verdict])] if verdict in VERDICTS else []
    return ", ".join([*words, *([countries()[country]] if country in countries() else [])])

"""Notes of the people who handle a case, for each other. Sealed; never edited, only followed by another."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from audit import log
from audit.acts import Refusal, verb
from audit.log import Actor
from intake.actions import Action
from intake.models import Case, Note
from intake.normalise import is_blank

LONGEST_NOTE = 4000
NOTES_AT_MOST = 50


@dataclass(frozen=True)
class NoteLine:
    """What somebody wrote down, and when. An erased text is empty."""

    author: str
    at: datetime
    text: str


@dataclass(frozen=True)
class Notes:
    """The newest notes, and how many came before those."""

    shown: list[NoteLine]
    older: int = 0


@verb(Action.NOTE_WRITE)
def write_note(*, actor: Actor, case_id: UUID, text: str) -> Note:
    """Write a note on a case, in whatever state it is. Raises Refusal if it is empty or too long."""
    if is_blank(text):
        raise Refusal(_("The note is empty. Write a sentence."))
    if len(text) > LONGEST_NOTE:
        raise Refusal(_("The note is too long. Write at most %(most)d characters.") % {"most": LONGEST_NOTE})
    note = Note(case_id=case_id, author_id=actor.person, written_at=timezone.now())
    log.add(
        note,
        Action.NOTE_WRITE,
        actor=actor,
        case=case_id,
        payload={"text": text},
    )
    return note


def notes_of(case: Case) -> Notes:
    """The notes of a case, newest first."""
    notes = list(case.notes.select_related("author").order_by("-written_at")[:NOTES_AT_MOST])
    texts = log.payloads(note.last_event_id for note in notes)
    shown = [
        NoteLine(note.author.name, note.written_at, str(texts.get(note.last_event_id, {}).get("text", "")))
        for note in notes
    ]
    older = case.notes.count() - NOTES_AT_MOST if len(notes) == NOTES_AT_MOST else 0
    return Notes(shown, max(older, 0))

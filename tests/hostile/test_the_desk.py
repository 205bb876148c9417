"""Media as text in the forms of the desk, with a case that stands where the form is used."""

from collections.abc import Callable
from typing import Any

import pytest

from intake.models import Case
from tests import line
from tests.cast import Cast
from tests.doors import DoorClient
from tests.hostile.test_refused_at_every_route import PNG, stored

pytestmark = pytest.mark.django_db
MEDIA = {"base64": PNG, "data-uri": "see data:image/gif;base64,R0lG", "too long": PNG * 100}
Filled = tuple[str, Case, dict[str, str]]


def _judgement(cast: Cast) -> Filled:
    case = line.a_taken_case(cast)
    given = {"verdict": "national_csam", "country": "RO", "known_by": "lookup", "reason": "Seen."}
    given |= line.TYPED
    item = case.items.get()
    return "assess", case, {f"item-{item.id}-{name}": value for name, value in given.items()}


def _review(cast: Cast) -> Filled:
    return "review", line.a_reviewed_case(cast), {"agrees": "no", "reason": "Another law."}


def _closing(cast: Cast) -> Filled:
    case = line.an_assessed_case(cast, verdict="not_found", country="")
    return "close_case", case, {"outcome": "not_found", "reason": "It is gone."}


FORMS: dict[str, tuple[Callable[[Cast], Filled], str]] = {
    "assess-reason": (_judgement, "reason"),
    "assess-country": (_judgement, "country"),
    "assess-verdict": (_judgement, "verdict"),
    "review-reason": (_review, "reason"),
    "close-reason": (_closing, "reason"),
    "close-outcome": (_closing, "outcome"),
}


@pytest.mark.parametrize("media", MEDIA.values(), ids=MEDIA)
@pytest.mark.parametrize(("make", "field"), FORMS.values(), ids=FORMS)
def test_media_as_text_is_refused_in_words_not_kept_and_not_shown(
    cast: Cast, desk_client: DoorClient, make: Callable[[Cast], Filled], field: str, media: str
) -> None:
    route, case, fields = make(cast)
    client = desk_client.sign_in(cast.cleo if route == "review" else cast.ana)
    name = next(name for name in fields if name.endswith(field))
    before = _kept(case)

    answer = _post(client, route, case, fields | {name: media})
    assert answer.status_code == 422
    assert "We cannot keep pictures or files" in answer.content.decode()
    assert media[-20:] not in answer.content.decode()
    assert _kept(case) == before

    assert _post(client, route, case, fields).status_code == 302  # the form itself is right


def _kept(case: Case) -> tuple[str, dict[str, int]]:
    """The state of the case, and what there is besides the entry that says who read it."""
    rows = {table: n for table, n in stored().items() if table not in {"audit_event", "audit_pending"}}
    return Case.objects.get(pk=case.pk).state, rows


def _post(client: DoorClient, route: str, case: Case, fields: dict[str, str]) -> Any:
    return client.submit(client.url(route, case_id=case.id), **fields)

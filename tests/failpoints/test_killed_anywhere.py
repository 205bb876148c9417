"""Kill the process before and after each commit of each verb, and around each call: nothing is lost, nothing half-done.

A child walks the whole line and dies at the place; what it left must verify, hold exactly the entries of the acts
that were finished, and be walked on to the same end by somebody else.
"""

import ast
import os
import traceback
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.db import connections

from audit import failpoints, log
from audit.acts import VERBS
from tests import clone
from tests.code import PACKAGES, ROOT, import_everything
from tests.failpoints.stepping import walk
from tests.failpoints.walks import WALKS
from tests.proof import assert_verified

MOMENTS = ("before_commit", "after_commit")
# A worker that died with a claim costs a second claim: the sweep gives the first one back.
AGAIN = Counter({"delivery:claim": 1, "delivery:release": 1})
CLAIM_IS_LOST = {
    "referrals.claim.after_commit",
    "referrals.call.before",
    "referrals.call.after",
    "referrals.settle.before_commit",
}


def named_in_the_code() -> set[str]:
    """Places that are hit by name; what `act` hits for every verb is not among them."""
    found = set()
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for call in (
                node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)
            ):
                if isinstance(call.func, ast.Attribute) and call.func.attr == "hit":
                    found |= {str(word.value) for word in call.args if isinstance(word, ast.Constant)}
    return found


import_everything()
PLACES = sorted(
    {f"{verb}.{moment}" for verb in (*VERBS, "audit.note") for moment in MOMENTS} | named_in_the_code()
)


@dataclass
class Undisturbed:
    """A walk when nothing happens: the actions in order, and how many were committed when a place was passed."""

    name: str
    actions: list[str]
    committed: dict[str, int]

    def walk(self) -> None:
        walk(WALKS[self.name]())


def actions() -> list[str]:
    return list(log.entries_for().values_list("action", flat=True))


@pytest.fixture(scope="module")
def undisturbed(
    server: clone.Server, django_db_setup: None, django_db_blocker: Any
) -> dict[str, Undisturbed]:
    """For each place the shortest walk that passes it."""
    with django_db_blocker.unblock():
        walked = [_undisturbed(name, server) for name in WALKS]
    shortest: dict[str, Undisturbed] = {}
    for found in sorted(walked, key=lambda found: len(found.actions)):
        for place in found.committed:
            shortest.setdefault(place, found)
    return shortest


def _undisturbed(name: str, server: clone.Server) -> Undisturbed:
    seen: dict[str, int] = {}
    finished = 0

    def note(place: str) -> None:
        nonlocal finished
        if place.endswith(".after_commit"):
            finished = len(actions())
        seen.setdefault(place, finished)

    with pytest.MonkeyPatch.context() as patch:
        before, own = settings.DATABASES["default"]["NAME"], server.clone()
        clone.point_at(own)
        patch.setattr(failpoints, "hit", note)
        walk(WALKS[name]())
        found = Undisturbed(name, actions(), seen)
        clone.point_at(before)
        server.drop(own)
    return found


def test_the_walks_pass_every_place(undisturbed: dict[str, Undisturbed]) -> None:
    assert set(PLACES) - set(undisturbed) == set()


@pytest.mark.commits
@pytest.mark.parametrize("place", PLACES)
def test_killed_here_nothing_is_lost_and_nothing_is_half_done(
    place: str, undisturbed: dict[str, Undisturbed]
) -> None:
    whole = undisturbed[place]
    assert _die_at(place, whole) == failpoints.STATUS

    left = actions()
    assert left == whole.actions[: whole.committed[place]]
    assert_verified()

    whole.walk()
    more = Counter(actions()) - Counter(whole.actions)
    assert more == (AGAIN if place in CLAIM_IS_LOST else Counter())
    assert not Counter(whole.actions) - Counter(actions())
    assert_verified()


def _die_at(place: str, whole: Undisturbed) -> int:
    """Walk in a child that dies there; 0 means that it came through."""
    connections.close_all()
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        settings.TUTELA_FAILPOINT = place
        whole.walk()
    except BaseException:  # noqa: BLE001 - whatever it is, the child must not return into pytest
        traceback.print_exc()
        os._exit(1)
    os._exit(0)

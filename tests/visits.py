"""For each page of each door: who comes there, and to what. A page without a visit is a failing test."""

from dataclasses import dataclass

from tests.routes import Route, routes_of
from tests.world import World


@dataclass(frozen=True)
class Visit:
    """`who` is a name of the cast, or empty for nobody; `to` names a case or a referral by its state."""

    route: str
    who: str = ""
    to: str = ""
    query: str = ""
    status: int = 200

    def __str__(self) -> str:
        return "-".join(word for word in (self.route, self.to, self.who, self.query) if word)

    def path(self, door: str, world: World, language: str = "en") -> str:
        route = next(route for route in routes_of(door) if route.name == self.route)
        return route.path(objects_of(route, world, self.to), language) + self.query


def objects_of(route: Route, world: World, to: str) -> dict[str, object]:
    known = world.objects(to)
    return {name: known[name] for name in route.needs if name in known}


def _cases(route: str, who: str, *states: str) -> list[Visit]:
    return [Visit(route, who, state) for state in states]


VISITS: dict[str, list[Visit]] = {
    "public": [
        *[Visit(route) for route in ("start", "where", "about_me", "return_visit")],
        *[Visit(route) for route in ("privacy", "hide_visit", "accessibility")],
        # Without a report to go on with, these ask to begin again. The journey sees them as they are meant.
        *[Visit(route) for route in ("what", "when", "receipt")],
        Visit("where", query="?for=organisation"),
        Visit("pick_language", status=302),
    ],
    "desk": [
        Visit("account_login"),
        *[Visit("home", who, status=302) for who in ("ana", "cleo", "dov", "ada")],
        Visit("queue", "ana"),
        Visit("queue", "cleo"),
        Visit("my_work", "ana"),
        Visit("my_work", "bo"),
        *_cases(
            "case", "ana", "open", "danger", "assigned", "assessed", "not_illegal", "confirmed", "referred"
        ),
        *_cases("case", "cleo", "assessed", "in_review", "to_close"),
        *_cases("assess", "ana", "assigned"),
        *_cases("reassess", "ana", "referred"),
        *_cases("reassess", "cleo", "open"),
        *_cases("trace", "ana", "assigned", "referred"),
        *_cases("case_entries", "ana", "open", "referred"),
        *_cases("review", "cleo", "in_review"),
        *_cases("close_case", "ana", "not_illegal"),
        *_cases("case", "cleo", "asked_to_close", "closed", "owed", "disputed", "held"),
        *_cases("confirm_alone", "ana", "assessed"),
        *_cases("decide_closure", "cleo", "asked_to_close"),
        *_cases("decide_dispute", "cleo", "disputed"),
        *_cases("reject_case", "ana", "assigned"),
        *_cases("reopen_case", "ana", "closed"),
        *_cases("review_later", "cleo", "owed"),
        *_cases("send_back", "ana", "confirmed"),
        *_cases("agree_after_all", "cleo", "disputed"),
        *_cases("take_over", "ana", "held"),
        *_cases("write_note", "ana", "assigned"),
        Visit("policies", "cleo"),
        *_cases("routes", "ana", "confirmed", "referred"),
        *_cases("forward_case", "ana", "assigned"),
        *_cases("supplement", "ana", "referred"),
        *_cases("correct", "ana", "referred", "confirmed"),
        *_cases("withdraw", "ana", "referred"),
        Visit("worklist", "ana"),
        Visit("worklist", "bo"),
        Visit("worklist", "cleo"),
        Visit("referrals", "ana"),
        Visit("referrals", "bo"),
        *_cases("referral", "ana", "queued", "offered", "sent", "acknowledged", "concluded"),
        Visit("agencies", "ana"),
        Visit("agencies", "ada"),
        Visit("agency", "ana"),
        Visit("agency", "ada"),
        Visit("new_agency", "cleo"),
        Visit("change_agency", "cleo"),
        Visit("rules", "ana"),
        Visit("rules", "cleo"),
        Visit("new_rule", "cleo"),
        Visit("log", "dov"),
        Visit("entry", "dov"),
        Visit("verify", "dov"),
        Visit("people", "ada"),
        Visit("add_person", "ada"),
        Visit("let_go", "ada", "bo"),
    ],
    "partner": [
        Visit("account_login"),
        Visit("home", "pia", status=302),
        Visit("inbox", "pia"),
        Visit("inbox", "pavel"),
        *_cases("received", "pia", "offered", "sent", "acknowledged", "concluded"),
        Visit("answer", to="sent"),
        Visit("answer", to="acknowledged"),
        Visit("answer", to="concluded", status=409),
        Visit("answer", status=404),
    ],
}

# Routes that only take a POST, and those that give no page.
POSTS: dict[str, set[str]] = {
    "public": set(),
    "desk": {
        "acknowledge",
        "activate_rule",
        "approve_contact",
        "ask_live",
        "close_links",
        "close_reviewed_case",
        "decide_delivery",
        "decide_live",
        "decide_overruling",
        "decide_retire",
        "extend_hold",
        "hand_over",
        "heed",
        "leave_out",
        "look",
        "mark_read",
        "open_package",
        "outcome",
        "pause_agency",
        "record_message",
        "record_number",
        "release_case",
        "release_hold",
        "reminded",
        "retire_rule",
        "send_again",
        "set_hold",
        "start_review",
        "take_back",
        "take_care",
        "take_case",
        "take_next",
        "undo_case",
        "undo_referrals",
    },
    "partner": {"collect", "look", "reply"},
}
NO_PAGE = {"healthz", "account_logout"}

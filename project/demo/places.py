"""The addresses of the letter's case, where each is hosted, and how it is judged. Reserved names only."""

from dataclasses import dataclass

from intake.models import Case, ReportedItem
from intake.normalise import parse_line
from intake.schemes import NOT_DETERMINED, HostKnownBy, Verdict
from intake.services import assessing

REASON = "Demo: judged without looking at anything."


@dataclass(frozen=True)
class Place:
    """One address of the letter, and where it is hosted."""

    address: str
    country: str
    site_type: str
    provider: str = ""


PLACES = (
    Place("https://messenger.example/group/17", "IE", "messaging_channel"),
    Place("@account_7 on messenger.example", "IE", "messaging_channel"),
    Place("@account_8 on messenger.example", "IE", "messaging_channel"),
    Place("https://board.example.com/t/8", "IE", "image_board"),
    Place("https://clips.example.net/v/21", "NL", "social_network"),
    Place("https://gallery.example.org/a/4", "IE", "image_host"),
    Place("https://links.example.com/p/9", "NL", "forum"),
    Place("https://mirror.example.net/m/2", "NL", "forum"),
    Place("https://files.example.net/d/44", "NL", "file_host", "files.example.net"),
    Place("https://home.example.org/m/3", "RO", "website", "home.example.org"),
)


def placed(case: Case) -> list[tuple[ReportedItem, Place]]:
    items = {item.canonical: item for item in ReportedItem.objects.filter(case=case, repeats__isnull=True)}
    return [(items[parse_line(place.address).canonical], place) for place in PLACES]


def judgement(
    item: ReportedItem, place: Place, verdict: Verdict = Verdict.NATIONAL_CSAM
) -> assessing.Judgement:
    return assessing.Judgement(
        item_id=item.id,
        verdict=verdict,
        hosting_country=place.country,
        host_known_by=HostKnownBy.LOOKUP,
        reason=REASON,
        age=NOT_DETERMINED,
        sex=NOT_DETERMINED,
        site_type=place.site_type,
        commercial=NOT_DETERMINED,
    )

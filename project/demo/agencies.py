"""The agencies of the demo, with their terms: reserved names only. Cleo enters them, Ada is the second person."""

from dataclasses import dataclass

from audit.log import Actor
from referrals.models import Agency
from referrals.services.directory import Terms, approve_contact, ask_live, decide_live, open_agency
from referrals.states import AgencyKind, AgencyState, AskState, DeliveryMode

POLICE = "National police, cybercrime unit"
TRAFFICKING = "National agency against trafficking"
CHILD_PROTECTION = "Child protection, Bucharest"
ABROAD = "Hotline abroad (INHOPE member)"
MESSENGER = "Messenger Example"
BOARD = "Board Example"
CLIPS = "Clips Example"
FILES = "Files Example"
GALLERY = "Gallery Example"
LINKS = "Links Example"
MIRROR = "Mirror Example"
HOME_HOST = "Home Hosting Example"
REGULATOR = "Communications regulator"

AGREEMENT = "Protocol of the demo"


@dataclass(frozen=True)
class Partner:
    """An agency as the demo enters it."""

    name: str
    kind: AgencyKind
    country: str
    terms: Terms


def _by_mail(contact: str, *domains: str) -> Terms:
    return Terms(
        destination="provider_notice",
        mode=DeliveryMode.API,
        agreement="Terms of service, point of contact",
        legal_basis="Regulation (EU) 2022/2065, Art. 16",
        contact=contact,
        domains=domains,
        languages=("en",),
    )


PARTNERS = (
    Partner(
        POLICE,
        AgencyKind.POLICE,
        "RO",
        Terms(
            destination="police_package",
            agreement=AGREEMENT,
            legal_basis="Criminal Code, Art. 374",
            duty_contact="Duty desk (demo)",
            night_contact="Night desk (demo)",
            languages=("ro", "en"),
        ),
    ),
    Partner(
        TRAFFICKING,
        AgencyKind.NRM_BODY,
        "RO",
        # No time to answer, so that the demo can show a late one.
        Terms(destination="file_export", agreement=AGREEMENT, duty_contact="Duty desk (demo)", answer_days=0),
    ),
    Partner(
        CHILD_PROTECTION,
        AgencyKind.CHILD_PROTECTION,
        "RO",
        Terms(destination="file_export", agreement=AGREEMENT, duty_contact="Duty desk (demo)"),
    ),
    Partner(
        ABROAD,
        AgencyKind.HOTLINE,
        "NL",
        Terms(destination="file_export", agreement="INHOPE code of practice", languages=("en",)),
    ),
    Partner(
        REGULATOR,
        AgencyKind.REGULATOR,
        "RO",
        Terms(destination="file_export", agreement=AGREEMENT, languages=("ro",)),
    ),
    Partner(
        MESSENGER,
        AgencyKind.PLATFORM,
        "IE",
        _by_mail("notices@messenger.example", "messenger.example", "chat.example"),
    ),
    # The mailbox of `./run` hangs up on this one after the message: nobody knows whether it arrived.
    Partner(BOARD, AgencyKind.PLATFORM, "IE", _by_mail("hangup@board.example.com", "board.example.com")),
    Partner(CLIPS, AgencyKind.PLATFORM, "NL", _by_mail("notices@clips.example.net", "clips.example.net")),
    Partner(
        GALLERY, AgencyKind.PLATFORM, "IE", _by_mail("notices@gallery.example.org", "gallery.example.org")
    ),
    Partner(LINKS, AgencyKind.PLATFORM, "NL", _by_mail("notices@links.example.com", "links.example.com")),
    # Nobody has this address: the notice fails, and a person must act.
    Partner(MIRROR, AgencyKind.PLATFORM, "NL", _by_mail("nobody@mirror.example.net", "mirror.example.net")),
    Partner(FILES, AgencyKind.PROVIDER, "NL", _by_mail("abuse@files.example.net", "files.example.net")),
    Partner(HOME_HOST, AgencyKind.PROVIDER, "RO", _by_mail("abuse@home.example.org", "home.example.org")),
)


def enter(cleo: Actor, ada: Actor) -> dict[str, Agency]:
    """Every agency of the demo, live and approved by a second person; what is there already stays."""
    return {partner.name: _entered(partner, cleo, ada) for partner in PARTNERS}


def _entered(partner: Partner, cleo: Actor, ada: Actor) -> Agency:
    agency = Agency.objects.filter(name=partner.name).first() or open_agency(
        actor=cleo, name=partner.name, kind=partner.kind, country=partner.country, terms=partner.terms
    )
    if agency.contact and not agency.contact_approved:
        approve_contact(actor=ada, agency_id=agency.id)
    # Which somebody made a test again stays one.
    if agency.state == AgencyState.TEST and not agency.switches.exclude(state=AskState.ASKED).exists():
        if not agency.switches.exists():
            ask_live(actor=cleo, agency_id=agency.id, to_live=True)
        decide_live(actor=ada, agency_id=agency.id, agrees=True)
    agency.refresh_from_db()
    return agency

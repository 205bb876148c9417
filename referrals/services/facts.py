"""What the house knows of a case today, read once: its addresses with assessment, trace, platform, provider, hold."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings

from intake.kinds import ItemKind
from intake.models import Assessment, Case, HostingTrace, ReportedItem, ReportStep
from intake.schemes import HostKnownBy, Verdict
from intake.services import traces
from intake.services.house import forward_only
from intake.states import Priority
from referrals.models import Agency, Hold
from referrals.routing import CaseFacts, ItemFacts, Party
from referrals.states import HOST_SIDE, AgencyKind, HoldState


@dataclass(frozen=True)
class Known:
    """One address of a case. `number`: its place in the case. `kinds`: what its reporters say it is.

    `spellings`: each way the reports write it, in the order they came.
    """

    number: int
    item: ReportedItem
    assessment: Assessment | None
    trace: HostingTrace | None
    platform: Agency | None
    provider: Agency | None
    kinds: frozenset[str]
    received: tuple[datetime, ...]
    spellings: tuple[str, ...]

    @property
    def hosting_country(self) -> str:
        """By the newest trace, which wins over what the assessment says. Empty: nobody knows."""
        if self.trace:
            return self.trace.country
        return self.assessment.hosting_country if self.assessment else ""

    @property
    def host_known_by(self) -> str:
        if self.trace:
            return self.trace.method
        return self.assessment.host_known_by if self.assessment else HostKnownBy.UNKNOWN.value

    @property
    def illegal(self) -> bool:
        return self.assessment is not None and Verdict(self.assessment.verdict).illegal


@dataclass(frozen=True)
class Picture:
    """A case as it is now. `words`: numbers of the items that have no address, only the reporter's words."""

    case: Case
    known: tuple[Known, ...]
    words: tuple[int, ...]
    held_until: datetime | None

    @property
    def danger(self) -> bool:
        return self.case.priority == Priority.DANGER.rank

    def of(self, item_ids: Iterable[UUID]) -> list[Known]:
        wanted = set(item_ids)
        return [one for one in self.known if one.item.id in wanted]

    def routable(self) -> list[Known]:
        """What rules may speak about: the assessed; where the house refers without assessing, all of it."""
        if forward_only():
            return list(self.known)
        return [one for one in self.known if one.assessment]


def picture(case: Case) -> Picture:
    """Everything at once, in a fixed number of questions."""
    addresses = case.items.addresses().select_related("report").prefetch_related("repetitions__report")
    numbered = list(enumerate(addresses, start=1))
    reports = {
        item.id: [item.report, *(again.report for again in item.repetitions.all())] for item in addresses
    }
    current = {found.item_id: found for found in case.assessments.current().select_related("assessor")}
    traced = traces.newest(case)
    said = _said({report.thread for several in reports.values() for report in several})
    answering = list(Agency.objects.filter(kind__in=HOST_SIDE).order_by("name"))
    hold = Hold.objects.filter(case=case, state=HoldState.SET).first()
    return Picture(
        case=case,
        known=tuple(
            Known(
                number=number,
                item=item,
                assessment=current.get(item.id),
                trace=traced.get(item.id),
                platform=who_runs(item, answering),
                provider=who_hosts(item, traced.get(item.id), answering),
                kinds=frozenset(kind for report in reports[item.id] for kind in said.get(report.thread, ())),
                received=tuple(report.received_at for report in reports[item.id]),
                spellings=_spellings(item),
            )
            for number, item in numbered
            if item.kind != ItemKind.TEXT
        ),
        words=tuple(number for number, item in numbered if item.kind == ItemKind.TEXT),
        held_until=hold.until if hold else None,
    )


def case_facts(seen: Picture, known: Iterable[Known]) -> CaseFacts:
    """The same in the words of routing."""
    priority = list(Priority)[seen.case.priority].value
    items = tuple(_item_facts(seen.case, one) for one in known)
    return CaseFacts(items, priority, {"inhope": settings.TUTELA_INHOPE_WAY})


def _item_facts(case: Case, one: Known) -> ItemFacts:
    assessment = one.assessment
    return ItemFacts(
        id=one.item.id,
        kind=one.item.kind,
        verdict=assessment.verdict if assessment else "",
        illegal=one.illegal,
        hosting_country=one.hosting_country,
        host=one.item.host,
        assessed=assessment is not None,
        age=assessment.age if assessment else "",
        site_type=assessment.site_type if assessment else "",
        marks=frozenset(assessment.flags) if assessment else frozenset(),
        reported=one.kinds or frozenset({case.kind}),
        platform=_party(one.platform),
        provider=_party(one.provider),
    )


def _party(agency: Agency | None) -> Party | None:
    return Party(agency.id, agency.name, agency.country) if agency else None


def who_runs(item: ReportedItem, answering: Iterable[Agency]) -> Agency | None:
    """Who says in the directory that they answer for the item's platform or host; a platform before a provider."""
    return _by_domain({item.platform, item.host}, answering, AgencyKind.PLATFORM)


def who_hosts(item: ReportedItem, trace: HostingTrace | None, answering: Iterable[Agency]) -> Agency | None:
    """The provider that the newest trace names; where it names none, who answers for the item's host."""
    if trace and trace.provider:
        return _by_name(trace.provider, answering)
    return _by_domain({item.host}, answering, AgencyKind.PROVIDER)


def _by_name(provider: str, answering: Iterable[Agency]) -> Agency | None:
    """Exactly the name or a domain of it: a guess would tell the wrong people."""
    wanted = provider.strip().casefold()
    return next((agency for agency in answering if wanted in {agency.name.casefold(), *agency.domains}), None)


def _by_domain(places: set[str], answering: Iterable[Agency], first: AgencyKind) -> Agency | None:
    """The longest domain wins, then the kind that was asked for, then the name."""
    found = [
        (len(domain), agency.kind == first, agency)
        for agency in answering
        for domain in agency.domains
        if any(_is_within(place, domain) for place in places)
    ]
    return max(found, key=lambda one: one[:2])[2] if found else None


def _is_within(place: str, domain: str) -> bool:
    return place == domain or place.endswith(f".{domain}")


def _spellings(item: ReportedItem) -> tuple[str, ...]:
    later = sorted(item.repetitions.all(), key=lambda again: (again.report.received_at, again.id))
    return tuple(dict.fromkeys([item.raw, *(again.raw for again in later)]))


def _said(threads: set[UUID]) -> dict[UUID, set[str]]:
    """What the reporter of each thread says it is."""
    said: dict[UUID, set[str]] = {}
    steps = ReportStep.objects.filter(thread__in=threads).exclude(kind="")
    for thread, kind in steps.values_list("thread", "kind"):
        said.setdefault(thread, set()).add(kind)
    return said

"""Where an item is hosted and by whom, as a person found out. A newer row supersedes the older one."""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from audit import log
from audit.acts import Refusal, verb
from audit.log import Actor
from intake.actions import Action
from intake.kinds import ItemKind
from intake.models import Case, HostingTrace, ReportedItem
from intake.schemes import HostKnownBy
from intake.states import CaseState

CLOCKS_DIFFER = timedelta(minutes=5)
_NETWORK = re.compile(r"AS[1-9][0-9]{0,9}")


@dataclass(frozen=True)
class Found:
    """What was found. `country`: two letters. `network`: "AS64500". Empty means not known; confidence is 0 to 100."""

    method: HostKnownBy
    traced_at: datetime
    country: str = ""
    provider: str = ""
    network: str = ""
    ip: str | None = None
    confidence: int = 50


@verb(Action.TRACE_RECORD)
def record_trace(*, actor: Actor, case_id: UUID, item_id: UUID, found: Found) -> HostingTrace:
    """Write down where an item of the case is hosted, or that nobody could find out. Raises Refusal."""
    case = Case.objects.locked(case_id)
    item = _item_of(case, item_id)
    _check(found)
    trace = HostingTrace(
        case=case,
        item=item,
        country=found.country,
        method=found.method,
        provider=found.provider,
        network=found.network,
        ip=_canonical(found.ip),
        confidence=found.confidence,
        traced_at=found.traced_at,
        entered_by_id=actor.person,
    )
    log.add(
        trace,
        Action.TRACE_RECORD,
        actor=actor,
        case=case.id,
        facts={
            "item": item.id,
            "country": found.country,
            "method": found.method,
            "confidence": found.confidence,
            "traced_at": found.traced_at,
        },
    )
    return trace


def newest(*cases: Case | UUID) -> dict[UUID, HostingTrace]:
    """For each item of these cases that was traced, the trace that counts now."""
    return {item_id: traces[0] for item_id, traces in history(*cases).items()}


def history(*cases: Case | UUID) -> dict[UUID, list[HostingTrace]]:
    """For each item that was traced, all its traces, newest first; of two at one time, the one written later."""
    ids = [case.pk if isinstance(case, Case) else case for case in cases]
    rows = HostingTrace.objects.filter(case__in=ids).select_related("entered_by")
    written = log.entries_for(case_id__in=ids, action=Action.TRACE_RECORD).values_list("event_id", "seq")
    place = dict(written)
    traces: dict[UUID, list[HostingTrace]] = {}
    for row in sorted(rows, key=lambda row: (row.traced_at, place[row.last_event_id]), reverse=True):
        traces.setdefault(row.item_id, []).append(row)
    return traces


def may_trace(case: Case, person: UUID | None = None) -> None:
    if case.state == CaseState.CLOSED:
        raise Refusal(_("This case is closed. Open it again before you add anything to it."))


def _item_of(case: Case, item_id: UUID) -> ReportedItem:
    may_trace(case)
    item = case.items.addresses().filter(pk=item_id).exclude(kind=ItemKind.TEXT).first()
    if item is None:
        raise Refusal(_("This is no address of this case, so it has no host."))
    return item


def _canonical(ip: str | None) -> str | None:
    """One way of writing it, as the database keeps it: the entry binds the row as it will be read."""
    if not ip:
        return None
    with suppress(ValueError):
        return str(ip_address(ip))
    raise Refusal(_("An IP address looks like 192.0.2.1 or 2001:db8::1."))


def _check(found: Found) -> None:
    if found.traced_at > timezone.now() + CLOCKS_DIFFER:
        raise Refusal(_("The time lies ahead of us. Say when you looked."))
    if not 0 <= found.confidence <= 100:
        raise Refusal(_("Say how sure you are as a number from 0 to 100."))
    if found.network and not _NETWORK.fullmatch(found.network):
        raise Refusal(_("A network is named like AS64500."))
    if found.method == HostKnownBy.UNKNOWN and found.country:
        raise Refusal(_("You name a country. Say how you know it."))
    if found.method != HostKnownBy.UNKNOWN and not (
        found.country or found.provider or found.network or found.ip
    ):
        raise Refusal(_("Say what you found: a country, a provider, a network or an IP address."))

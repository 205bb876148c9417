"""The addresses of a document as CASE/UCO: each one exact, what was judged about it, and where it was hosted. Pure."""

import ipaddress
import re
from urllib.parse import urlsplit

from referrals.destinations.police_package.graph import Graph, Node, when
from referrals.documents import DocumentItem

DOMAIN = re.compile(r"(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}")
CLASSES = {
    "account": ("DigitalAccount", "AccountFacet", "accountIdentifier"),
    "app": ("Application", "ApplicationFacet", "applicationIdentifier"),
    "email": ("EmailAddress", "EmailAddressFacet", "addressValue"),
    "phone": ("PhoneAccount", "PhoneAccountFacet", "phoneNumber"),
    "wallet": ("DigitalAddress", "DigitalAddressFacet", "addressValue"),
}
"""By kind: class, facet and the property that holds the canonical form. Every other kind is a URL, held exactly.

The name of each node is the address as it was reported, and its description every other spelling.
"""
OF_A_URL = ("URL", "URLFacet", "fullValue")


def nodes_of(graph: Graph, item: DocumentItem) -> list[Node]:
    """The address itself, what was judged about it, and where it was hosted when that was looked up."""
    kind, facet, holds = CLASSES.get(item.kind, OF_A_URL)
    facets = [graph.node("facet", f"uco-observable:{facet}", _held(graph, item, holds), item.position)]
    if item.confidence:
        confidence = {"@type": "xsd:nonNegativeInteger", "@value": str(item.confidence)}
        certain = {"uco-core:confidence": confidence}
        facets.append(graph.node("confidence", "uco-core:ConfidenceFacet", certain, item.position))
    told = {
        "uco-core:name": item.address,
        "uco-core:description": [spelled for spelled in item.spellings if spelled != item.address],
        "uco-core:hasFacet": facets,
    }
    address = graph.node("item", f"uco-observable:{kind}", told, item.position)
    return [address, *_platform(graph, item), _annotation(graph, item), *_trace(graph, item)]


def _held(graph: Graph, item: DocumentItem, holds: str) -> Node:
    issuer = graph.ref("organization", f"platform {item.position}") if item.platform else None
    issued = {"uco-observable:accountIssuer": issuer} if holds == "accountIdentifier" else {}
    exact = item.address if holds == "fullValue" else item.key
    return {f"uco-observable:{holds}": exact, **issued}


def _platform(graph: Graph, item: DocumentItem) -> list[Node]:
    return [graph.organisation(f"platform {item.position}", item.platform)] if item.platform else []


def _annotation(graph: Graph, item: DocumentItem) -> Node:
    judged = {
        "verdict": item.verdict,
        "scheme": item.scheme,
        "age": item.age,
        "sex": item.sex,
        "site_type": item.site_type,
        "commercial": item.commercial,
        "payment_methods": ",".join(item.payment_methods),
        "flags": ",".join(item.flags),
        "hosting_country": item.hosting_country,
        "host_known_by": item.host_known_by,
        "host_provider": item.host_provider,
        "network": item.network,
        "assessed_by": item.assessed_by,
        "reports": str(item.reports),
        "first_reported_on": item.first_reported_on.isoformat(),
        "last_reported_on": item.last_reported_on.isoformat(),
    }
    said = {name: value for name, value in judged.items() if value}
    return graph.node(
        "annotation",
        "uco-core:Annotation",
        {
            "uco-core:statement": "; ".join(f"{name}={value}" for name, value in said.items()),
            "uco-core:tag": [f"verdict:{item.verdict}", *(f"flag:{flag}" for flag in item.flags)],
            "uco-core:object": [graph.ref("item", item.position)],
        },
        item.position,
    )


def _trace(graph: Graph, item: DocumentItem) -> list[Node]:
    """Host name -> address of the network, and when we looked. Only where both are what they should be."""
    host, version = _host(item), _ip_version(item.ip)
    if not version:
        return []
    at = item.position
    facet = graph.node(
        "ip-facet",
        f"uco-observable:IPv{version}AddressFacet",
        {"uco-observable:addressValue": item.ip},
        at,
    )
    ip = graph.node("ip", f"uco-observable:IPv{version}Address", {"uco-core:hasFacet": facet}, at)
    if not host:
        return [ip]
    named = graph.node("domain-facet", "uco-observable:DomainNameFacet", {"uco-observable:value": host}, at)
    domain = graph.node("domain", "uco-observable:DomainName", {"uco-core:hasFacet": named}, at)
    resolved = {
        "uco-core:source": graph.ref("domain", at),
        "uco-core:target": graph.ref("ip", at),
        "uco-core:kindOfRelationship": "Resolved_To",
        "uco-core:isDirectional": True,
        "uco-observable:startTime": when(item.traced_at),
    }
    return [
        ip,
        domain,
        graph.node("resolved", "uco-observable:ObservableRelationship", resolved, at),
    ]


def _host(item: DocumentItem) -> str:
    try:
        host = urlsplit(item.key).hostname or ""
    except ValueError:
        return ""
    return host if DOMAIN.fullmatch(host) else ""


def _ip_version(text: str) -> int:
    try:
        return ipaddress.ip_address(text).version
    except ValueError:
        return 0

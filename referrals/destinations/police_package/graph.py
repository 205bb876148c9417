"""A graph of JSON-LD nodes, each named by what it is and a UUIDv5 of the document. Pure.

The context stands in the file itself, so nothing is ever fetched to read it.
"""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from referrals.documents import ReferralDocument, digest, without_surrogates

NAMESPACE = UUID("0a7c7f0c-3f0b-4d7e-9b53-5b4a2f7f6d21")
CONTEXT = {
    "kb": "http://example.org/kb/",
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    "uco-action": "https://ontology.unifiedcyberontology.org/uco/action/",
    "uco-core": "https://ontology.unifiedcyberontology.org/uco/core/",
    "uco-identity": "https://ontology.unifiedcyberontology.org/uco/identity/",
    "uco-marking": "https://ontology.unifiedcyberontology.org/uco/marking/",
    "uco-observable": "https://ontology.unifiedcyberontology.org/uco/observable/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
Node = dict[str, Any]


class Graph:
    """What the nodes of one document share: its seed."""

    def __init__(self, document: ReferralDocument) -> None:
        self.document = document
        self.seed = digest(document).hex()

    def ref(self, what: str, which: object = "") -> Node:
        return {"@id": f"kb:{what}-{uuid5(NAMESPACE, f'{self.seed}/{what}/{which}')}"}

    def node(self, what: str, kind: str, told: Node, which: object = "") -> Node:
        """Properties without a value are left out: an empty literal says nothing."""
        filled = {name: _plain(value) for name, value in told.items() if value not in ("", None, [])}
        return {**self.ref(what, which), "@type": kind, **filled}

    def organisation(self, which: object, name: str) -> Node:
        return self.node("organization", "uco-identity:Organization", {"uco-core:name": name}, which)


def when(at: datetime | None) -> Node | None:
    if at is None:
        return None
    return {"@type": "xsd:dateTime", "@value": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return without_surrogates(value) if isinstance(value, str) else value

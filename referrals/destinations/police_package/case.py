"""ReferralDocument -> CASE/UCO 1.5.0 as JSON-LD. Pure: every id is a UUIDv5 of the document, nothing is fetched.

`case_validate --built-version case-1.5.0` accepts it; a test runs that. The context stands in the file itself.
Exact addresses stand here as they were reported. `ContentData` and its `dataPayload` are never used: we hold no media.
Source: CASE 1.5.0 and UCO ontologies, as shipped in case-utils 0.18.0.
"""

import rfc8785

from referrals.destinations.police_package.graph import CONTEXT, Graph, Node, when
from referrals.destinations.police_package.observables import nodes_of
from referrals.documents import Informed, ReferralDocument

MARKING = "TLP:RED. For the addressee alone. Holds live addresses; holds no media."
DONE = "Complete/Finish"
NOT_TOLD = frozenset({"draft", "approved", "queued", "held", "failed"})


def build(document: ReferralDocument) -> bytes:
    return rfc8785.dumps({"@context": CONTEXT, "@graph": _nodes(Graph(document))})


def _nodes(graph: Graph) -> list[Node]:
    document = graph.document
    return [
        _bundle(graph),
        _investigation(graph),
        graph.organisation("hotline", document.hotline),
        graph.organisation("agency", document.agency.name),
        _marking(graph),
        *(node for item in document.items for node in nodes_of(graph, item)),
        _record(graph),
        _referral(graph),
        *(node for number, one in enumerate(document.informed) for node in _told(graph, number, one)),
    ]


def _bundle(graph: Graph) -> Node:
    document = graph.document
    follow_up = document.follow_up
    told = f"{follow_up.kind} {follow_up.number} of referral" if follow_up else "Referral"
    test = "TEST. " if document.test else ""
    return graph.node(
        "bundle",
        "uco-core:Bundle",
        {
            "uco-core:name": f"{test}{told} {document.referral}".strip(),
            "uco-core:description": f"{test}Contains no media.",
            "uco-core:objectCreatedTime": when(document.confirmed_at),
            "uco-core:createdBy": graph.ref("organization", "hotline"),
            "uco-core:objectMarking": graph.ref("marking"),
            "uco-core:object": [graph.ref("investigation")],
        },
    )


def _investigation(graph: Graph) -> Node:
    document = graph.document
    inside = [
        *(graph.ref("item", item.position) for item in document.items),
        *(graph.ref("annotation", item.position) for item in document.items),
        graph.ref("record"),
        graph.ref("action", "referral"),
        *(graph.ref("action", number) for number in range(len(document.informed))),
    ]
    number = graph.node(
        "reference",
        "uco-core:ExternalReference",
        {
            "uco-core:definingContext": "case number of the hotline",
            "uco-core:externalIdentifier": document.case_number,
        },
    )
    return graph.node(
        "investigation",
        "case-investigation:Investigation",
        {
            "uco-core:name": document.case_number,
            "uco-core:description": f"priority={document.priority}; preserve={str(document.preserve).lower()}",
            "case-investigation:focus": "suspected sexual abuse or exploitation of children",
            "case-investigation:investigationForm": "suspicious-activity",
            "case-investigation:investigationStatus": "referred",
            "uco-core:externalReference": number,
            "uco-core:object": inside,
        },
    )


def _marking(graph: Graph) -> Node:
    statement = graph.node(
        "statement",
        "uco-marking:StatementMarking",
        {"uco-marking:definitionType": "statement", "uco-marking:statement": MARKING},
    )
    return graph.node(
        "marking",
        "uco-marking:MarkingDefinition",
        {"uco-marking:definitionType": "statement", "uco-marking:definition": statement},
    )


def _record(graph: Graph) -> Node:
    approval = graph.document.approval
    return graph.node(
        "record",
        "case-investigation:ProvenanceRecord",
        {
            "uco-core:description": f"Entry {approval.event_id}, leaf hash {approval.leaf_hash}"
            if approval
            else "Draft",
            "case-investigation:exhibitNumber": graph.document.referral,
            "uco-core:objectCreatedTime": when(graph.document.confirmed_at),
            "uco-core:object": [graph.ref("item", item.position) for item in graph.document.items],
        },
    )


def _referral(graph: Graph) -> Node:
    document = graph.document
    assessed_by = ", ".join(sorted({item.assessed_by for item in document.items}))
    done = {
        "uco-core:name": "referral",
        "uco-core:description": f"assessed by {assessed_by}; "
        f"reviewed by {document.reviewed_by}; confirmed by {document.confirmed_by}",
        "uco-action:actionStatus": DONE,
        "uco-action:startTime": when(document.confirmed_at),
        "uco-action:performer": graph.ref("organization", "hotline"),
        "uco-action:participant": graph.ref("organization", "agency"),
        "uco-action:object": [graph.ref("record")],
    }
    return graph.node("action", "case-investigation:InvestigativeAction", done, "referral")


def _told(graph: Graph, number: int, one: Informed) -> list[Node]:
    """Who else was told, or is not told yet, with our number and their receipt."""
    done = {
        "uco-core:name": f"referral {one.referral}",
        "uco-core:description": f"kind={one.kind}; state={one.state}; receipt={one.receipt}",
        "uco-action:actionStatus": "Pending" if one.state in NOT_TOLD else DONE,
        "uco-action:performer": graph.ref("organization", "hotline"),
        "uco-action:participant": graph.ref("organization", f"informed {number}"),
    }
    return [
        graph.organisation(f"informed {number}", one.name),
        graph.node("action", "case-investigation:InvestigativeAction", done, number),
    ]

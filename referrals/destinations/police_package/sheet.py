"""What the PDF says, as plain data for the template: headings, rows, lines. Pure.

Every text passes `printable` here. Addresses are defanged, but for one annex that says so. Source of the fields: what
police ask of a referral by a hotline (handbook page of the wire formats, part 4).
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from referrals.documents import DocumentItem, Informed, ReferralDocument
from referrals.documents.letters import effect_of, left_out, moment, standing, title_of
from referrals.documents.printing import named, printable
from referrals.documents.vocabulary import Vocabulary, language_of, vocabulary, words_in

JUDGED = ("age", "sex", "site_type", "commercial")
JUDGED_MANY = ("payment_methods", "flags")
Row = list[str]
Section = dict[str, Any]


def sheet(document: ReferralDocument) -> dict[str, Any]:
    return _Sheet(document).data()


class _Sheet:
    """One document in one language."""

    def __init__(self, document: ReferralDocument) -> None:
        language = language_of(document.agency)
        self.document = document
        self.words: Vocabulary = vocabulary(language)
        self.own: Mapping[str, Mapping[str, str]] = words_in(Path(__file__).parent / "words", language)

    def data(self) -> dict[str, Any]:
        document, own = self.document, self.own["sheet"]
        return {
            "language": self.words.language,
            "title": title_of(document, self.words),
            "subject": own["subject_not_illegal" if document.not_illegal else "subject"].format(
                agency=printable(document.agency.name)
            ),
            "test": own["test"] if document.test else "",
            "test_says": own["test_says"] if document.test else "",
            "marking": own["marking"],
            "page": own["page"],
            "of": own["of"],
            "notes": [own["handling"], own["no_media"], standing(document, self.words)],
            "sections": list(self._sections()),
            "annex": self._annex(),
        }

    def _sections(self) -> Iterator[Section]:
        yield self._section("summary", rows=self._summary())
        yield self._section("parties", rows=self._parties())
        yield {**self._section("items"), "items": [self._item(item) for item in self.document.items]}
        yield self._section("people", rows=self._people(), lines=[self._line("pseudonyms")])
        yield self._section("informed", **self._informed())
        yield self._section("requests", rows=self._requests())
        yield self._section("left_out", lines=left_out(self.document, self.words))
        yield self._section("answer", **self._answer())
        yield self._section("receipt", lines=[self._line("check")], rows=self._receipt())

    def _section(
        self, name: str, *, rows: list[Row] | None = None, lines: list[str] | None = None
    ) -> Section:
        return {"heading": self.own["heading"][name], "rows": rows or [], "lines": lines or [], "items": []}

    def _row(self, name: str, value: str) -> list[Row]:
        """A label and its value; nothing where there is nothing to say."""
        return [[self.own["label"][name], value]] if value else []

    def _line(self, name: str, **told: object) -> str:
        return self.own["line"][name].format(**told)

    def _summary(self) -> list[Row]:
        document, words = self.document, self.words
        effect = " ".join(effect_of(document, words))
        confirmed = moment(document.confirmed_at) if document.confirmed_at else self._line("not_confirmed")
        return [
            *self._row("effect", effect),
            *self._row("urgency", words.of("priority", document.priority)),
            *self._row("reason", words.of("reason", document.urgency_reason or document.rule.reason)),
            *self._row("count", str(len(document.items))),
            *self._row("confirmed", confirmed),
            *self._row("case", printable(document.case_number)),
        ]

    def _parties(self) -> list[Row]:
        document, rule = self.document, self.document.rule
        cited = self._line(
            "rule",
            rule=printable(rule.code),
            version=rule.version,
            obligation=self.words.of("obligation", rule.obligation),
            reason=self.words.of("reason", rule.reason),
        )
        return [
            *self._row("from", printable(document.hotline)),
            *self._row("contact", printable(document.hotline_contact)),
            *self._row("to", printable(document.agency.name)),
            *self._row("basis", named(document.legal_basis)),
            *self._row("offences", "; ".join(map(printable, document.offences))),
            *self._row("rule", cited),
        ]

    def _item(self, item: DocumentItem) -> Section:
        own, words = self.own["heading"], self.words
        return {
            "heading": own["item"].format(position=item.position, kind=words.of("kind", item.kind)),
            "address": printable(item.defanged),
            "rows": [*self._judged(item), *self._traced(item), *self._row("seen", self._seen(item))],
        }

    def _judged(self, item: DocumentItem) -> list[Row]:
        words = self.words
        verdict = words.of("verdict", item.verdict) if item.verdict else self._line("unassessed")
        rows = self._row("verdict", verdict)
        rows += self._row("scheme", printable(item.scheme))
        for name in JUDGED:
            rows += self._row(name, words.of(name, getattr(item, name)))
        for name in JUDGED_MANY:
            rows += self._row(name, words.all_of(name, getattr(item, name)))
        return rows + self._row("assessed_by", printable(item.assessed_by))

    def _traced(self, item: DocumentItem) -> list[Row]:
        hosting = self._line("nowhere")
        if item.hosting_country:
            known = self.words.of("host_known_by", item.host_known_by)
            hosting = self._line("known", country=printable(item.hosting_country), known=known)
        return [
            *self._row("platform", named(item.platform)),
            *self._row("hosting", hosting),
            *self._row("host_provider", named(item.host_provider)),
            *self._row("network", named(item.network)),
            *self._row("ip", named(item.ip)),
            *self._row("traced", moment(item.traced_at) if item.traced_at else ""),
            *self._row(
                "confidence", self._line("confidence", confidence=item.confidence) if item.confidence else ""
            ),
        ]

    def _seen(self, item: DocumentItem) -> str:
        once = item.reports == 1
        return self._line(
            "seen_once" if once else "seen",
            reports=item.reports,
            first=item.first_reported_on,
            last=item.last_reported_on,
        )

    def _people(self) -> list[Row]:
        document = self.document
        assessed = ", ".join(sorted({printable(item.assessed_by) for item in document.items}))
        return [
            *self._row("assessed_by", assessed),
            *self._row("reviewed_by", printable(document.reviewed_by) or self._line("not_reviewed")),
            *self._row("confirmed_by", printable(document.confirmed_by) or self._line("not_confirmed")),
        ]

    def _informed(self) -> dict[str, Any]:
        if not self.document.informed:
            return {"lines": [self._line("nobody")]}
        return {"rows": [[printable(one.name), self._told(one)] for one in self.document.informed]}

    def _told(self, one: Informed) -> str:
        return self._line(
            "informed_receipt" if one.receipt else "informed",
            state=self.words.of("state", one.state),
            referral=printable(one.referral),
            receipt=printable(one.receipt),
        )

    def _requests(self) -> list[Row]:
        document = self.document
        hold = self._line("no_hold")
        if document.hold_until:
            hold = self._line("hold", at=moment(document.hold_until))
        preserve = self._line("preserve" if document.preserve else "no_preserve")
        return [*self._row("hold", hold), *self._row("preserve", preserve)]

    def _answer(self) -> dict[str, Any]:
        document = self.document
        if not document.answer_url:
            return {"lines": [self._line("no_answer")]}
        until = moment(document.answer_until) if document.answer_until else ""
        rows = [*self._row("link", printable(document.answer_url)), *self._row("until", until)]
        return {"lines": [self._line("answer")], "rows": rows}

    def _receipt(self) -> list[Row]:
        approval = self.document.approval
        none = self._line("none")
        return [
            *self._row("entry", str(approval.event_id) if approval else none),
            *self._row("leaf", printable(approval.leaf_hash) if approval else none),
        ]

    def _annex(self) -> Section:
        heading = self.own["heading"]
        entries = [
            {
                "heading": heading["item"].format(
                    position=item.position, kind=self.words.of("kind", item.kind)
                ),
                "address": printable(spelled),
            }
            for item in self.document.items
            for spelled in dict.fromkeys((item.address, *item.spellings))
        ]
        return {"heading": heading["annex"], "lines": [self._line("annex")], "items": entries}

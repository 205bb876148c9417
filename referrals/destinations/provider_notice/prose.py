"""What a person at the provider reads. Pure. The elements of DSA Article 16(2), in the order of the law.

Not in it: the case, who worked on it, who else was told, and what is known about a child. A provider needs none of it.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from textwrap import wrap

from referrals.documents import DocumentItem, ReferralDocument
from referrals.documents.letters import effect_of, moment, standing
from referrals.documents.printing import named, printable
from referrals.documents.vocabulary import Vocabulary, language_of, vocabulary, words_in

CHILD_ABUSE = frozenset({"baseline_csam", "national_csam"})
"""Verdicts that are offences of Articles 3 to 7 of Directive 2011/93/EU beyond doubt."""
WIDTH = 76


def language(documents: Sequence[ReferralDocument]) -> str:
    return language_of(documents[0].agency)


def may_stay_unnamed(document: ReferralDocument) -> bool:
    return all(item.verdict in CHILD_ABUSE for item in document.items)


def is_withdrawn(document: ReferralDocument) -> bool:
    return document.follow_up is not None and document.follow_up.kind == "withdrawal"


def text(documents: Sequence[ReferralDocument]) -> str:
    words = vocabulary(language(documents))
    blocks = [_opening(documents), *(block for one in documents for block in _notice(one, words))]
    if not all(is_withdrawn(document) or document.not_illegal for document in documents):
        blocks.append(_what_we_ask(documents))
    blocks += [_notifier(documents[0]), [_say(documents[0], "no_media")]]
    return "\n\n".join("\n".join(_wrapped(block)) for block in blocks) + "\n"


def explanation(document: ReferralDocument) -> list[str]:
    """Article 16(2)(a): why it is illegal, as far as a hotline can say it; or that it is not, by what we know now."""
    words = vocabulary(language_of(document.agency))
    found = dict.fromkeys(words.of("verdict", item.verdict) for item in document.items)
    lines = [
        _say(document, "reviewed" if document.reviewed_by else "assessed"),
        _say(document, "found", verdicts="; ".join(found)),
        standing(document, words),
    ]
    if document.not_illegal:
        return lines
    if document.offences:
        lines.append(_say(document, "offences", offences="; ".join(map(printable, document.offences))))
    if document.legal_basis:
        lines.append(_say(document, "basis", basis=named(document.legal_basis)))
    return lines


def good_faith(document: ReferralDocument) -> str:
    return _say(document, "faith")


def _say(document: ReferralDocument, key: str, **told: object) -> str:
    words = words_in(Path(__file__).parent / "words", language_of(document.agency))
    return words["notice"][key].format(**told)


def _opening(documents: Sequence[ReferralDocument]) -> list[str]:
    first = documents[0]
    opening = "opening" if len(documents) == 1 else "opening_many"
    return [
        *([_say(first, "test"), ""] if first.test else []),
        _say(first, "to", agency=printable(first.agency.name)),
        _say(first, opening, count=len(documents)),
    ]


def _title(document: ReferralDocument) -> str:
    follow_up = document.follow_up
    return _say(
        document,
        follow_up.kind if follow_up else "title",
        referral=_number(document),
        number=follow_up.number if follow_up else 0,
    )


def _number(document: ReferralDocument) -> str:
    return printable(document.referral) or _say(document, "draft")


def _notice(document: ReferralDocument, words: Vocabulary) -> list[list[str]]:
    blocks = [[f"== {_title(document)} ==", *effect_of(document, words)]]
    if not is_withdrawn(document):
        blocks.append([_say(document, "now" if document.not_illegal else "why"), *explanation(document)])
        if document.not_illegal:
            blocks.append([_say(document, "nothing_asked")])
    blocks.append([_say(document, "where")])
    blocks += [_item(document, item, words) for item in document.items]
    blocks.append([_say(document, "exact")])
    return [*blocks, *_answer(document)]


def _item(document: ReferralDocument, item: DocumentItem, words: Vocabulary) -> list[str]:
    seen = "seen_once" if item.first_reported_on == item.last_reported_on else "seen"
    return [
        _say(
            document,
            "item",
            position=item.position,
            kind=words.of("kind", item.kind),
            verdict=words.of("verdict", item.verdict),
        ),
        f"  {printable(item.defanged)}",
        *([f"  {_say(document, 'platform', platform=named(item.platform))}"] if item.platform else []),
        *(f"  {_say(document, 'hosting', hosting=hosting)}" for hosting in _hosting(item)),
        f"  {_say(document, seen, first=item.first_reported_on, last=item.last_reported_on)}",
    ]


def _hosting(item: DocumentItem) -> list[str]:
    known = [item.host_provider, item.network, item.ip, item.hosting_country]
    return [", ".join(named(part) for part in known if part)] if any(known) else []


def _answer(document: ReferralDocument) -> list[list[str]]:
    if not document.answer_url:
        return []
    lines = [_say(document, "answer", referral=_number(document), url=printable(document.answer_url))]
    if document.answer_until:
        lines.append(_say(document, "until", at=moment(document.answer_until)))
    return [lines]


def _what_we_ask(documents: Sequence[ReferralDocument]) -> list[str]:
    first = documents[0]
    asked = ["remove"]
    asked += ["preserve"] if any(document.preserve for document in documents) else []
    return [_say(first, "ask"), *(f"- {_say(first, key)}" for key in [*asked, "article_18", "tell"])]


def _notifier(document: ReferralDocument) -> list[str]:
    named = _say(
        document, "named", hotline=printable(document.hotline), contact=printable(document.hotline_contact)
    )
    return [
        _say(document, "notifier"),
        _say(document, "unnamed") if document.anonymous else named,
        good_faith(document),
    ]


def _wrapped(lines: Iterable[str]) -> list[str]:
    """Prose in short lines; what has no blanks, as an address, is never broken."""
    return [part for line in lines for part in _broken(line)]


def _broken(line: str) -> list[str]:
    indent = "  " if line.startswith(("  ", "- ")) else ""
    return wrap(line, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False) or [""]

"""README.txt of a package: what it is, what was left out, how to answer, how to check. Pure.

In the language of the receiver. It names no address: those stand in the machine files and in one annex.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from referrals.documents import ReferralDocument
from referrals.documents.printing import named, printable
from referrals.documents.vocabulary import Vocabulary, language_of, vocabulary


def readme(document: ReferralDocument, names: Iterable[str]) -> bytes:
    """`names`: the files of the package, without this one."""
    words = vocabulary(language_of(document.agency))
    blocks = [
        _what_it_is(document, words),
        _contents(sorted({*names, "manifest.json"}), words),
        [_say(words, "live"), _say(words, "no_media")],
        [_say(words, "left_out"), *(f"  {line}" for line in left_out(document, words))],
        _answer(document, words),
        _check(document, words),
    ]
    return "\n".join("\n".join([*block, ""]) for block in blocks if block).encode()


def title_of(document: ReferralDocument, words: Vocabulary) -> str:
    """What kind of document this is: a first one, or one that adds to it, corrects it or takes it back."""
    follow_up = document.follow_up
    kind = follow_up.kind if follow_up and follow_up.kind in words.terms["title"] else "first"
    return words.terms["title"][kind].format(
        referral=printable(document.referral) or _say(words, "draft"),
        number=follow_up.number if follow_up else 0,
    )


def effect_of(document: ReferralDocument, words: Vocabulary) -> list[str]:
    """What a follow-up does to what was sent before, and its reason."""
    if not document.follow_up:
        return []
    kind = document.follow_up.kind
    return [words.terms["effect"].get(kind, printable(kind)), named(document.follow_up.reason)]


def standing(document: ReferralDocument, words: Vocabulary) -> str:
    """What may be said of what we found: probably illegal, or, as a correction may say, not illegal."""
    return _say(words, "not_illegal" if document.not_illegal else "court")


def left_out(document: ReferralDocument, words: Vocabulary) -> list[str]:
    return [
        f"{words.of('left_out', part.what)}{f' {part.position}' if part.position else ''}: "
        f"{words.of('why', part.why)}"
        for part in document.left_out
    ]


def moment(at: datetime) -> str:
    """A time as every package writes it: UTC, and says so."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _say(words: Vocabulary, key: str, **told: object) -> str:
    return words.terms["readme"][key].format(**told)


def _what_it_is(document: ReferralDocument, words: Vocabulary) -> list[str]:
    rule = document.rule
    urgency = words.of("priority", document.priority)
    lines = [_say(words, "test"), ""] if document.test else []
    lines += [title_of(document, words), *effect_of(document, words)]
    lines += [
        _say(words, "from_to", hotline=printable(document.hotline), agency=printable(document.agency.name)),
        "",
        _say(words, "case", case=printable(document.case_number), urgency=urgency),
    ]
    if document.urgency_reason:
        lines.append(_say(words, "why", reason=words.of("reason", document.urgency_reason)))
    if document.confirmed_at:
        told = {"at": moment(document.confirmed_at), "rule": printable(rule.code), "version": rule.version}
        lines.append(_say(words, "confirmed", **told))
    else:
        lines.append(_say(words, "not_confirmed"))
    return [*lines, standing(document, words)]


def _contents(names: list[str], words: Vocabulary) -> list[str]:
    width = max(map(len, names)) + 2
    return [_say(words, "contents"), *(f"  {name:{width}}{words.of('file', name)}" for name in names)]


def _answer(document: ReferralDocument, words: Vocabulary) -> list[str]:
    if not document.answer_url:
        return []
    lines = [_say(words, "answer"), f"  {printable(document.answer_url)}"]
    if document.answer_until:
        lines.append(f"  {_say(words, 'answer_until', at=moment(document.answer_until))}")
    return lines


def _check(document: ReferralDocument, words: Vocabulary) -> list[str]:
    approval = document.approval
    none = _say(words, "none")
    return [
        _say(words, "check"),
        f"  {_say(words, 'compare')}",
        f"  {_say(words, 'entry', entry=approval.event_id if approval else none)}",
        f"  {_say(words, 'leaf', leaf=printable(approval.leaf_hash) if approval else none)}",
        f"  {_say(words, 'ask')}",
    ]

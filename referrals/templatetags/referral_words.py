"""Codes of a document as words, in templates."""

from collections.abc import Callable, Mapping

from django import template

from intake.schemes import Verdict
from referrals import wording
from referrals.documents import ReferralDocument
from referrals.wording import Pill, Words

register = template.Library()


def _reads(words: Mapping[str, Words]) -> Callable[[str], Words]:
    return lambda code: words.get(code, code)


def _pill_words(pills: Mapping[str, Pill]) -> Mapping[str, Words]:
    return {code: pill.words for code, pill in pills.items()}


@register.filter
def finding(document: ReferralDocument) -> Words:
    """What we found, of all its items: a correction may say that nothing of it is illegal."""
    said = [Verdict(item.verdict) for item in document.items if item.verdict]
    return wording.NOT_ILLEGAL if said and not any(one.illegal for one in said) else wording.ILLEGAL


for name, words in {
    "agency_kind": wording.AGENCY_KINDS,
    "follow_up_words": wording.FOLLOW_UPS,
    "host_known": wording.HOST_KNOWN_BY,
    "item_kind": wording.ITEM_KINDS,
    "left_out": wording.LEFT_OUT,
    "obligation_words": _pill_words(wording.OBLIGATIONS),
    "priority_words": _pill_words(wording.PRIORITIES),
    "reason_words": wording.REASONS,
    "verdict_words": wording.VERDICTS,
    "why_left_out": wording.WHY_LEFT_OUT,
}.items():
    register.filter(name, _reads(words))

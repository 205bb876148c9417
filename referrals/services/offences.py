"""Which offences of the home country an item may be, by the rule book of that country. Only a court decides."""

from collections.abc import Iterable

from django.conf import settings

from referrals.routing import meets
from referrals.services import books
from referrals.services.facts import Known, Picture, case_facts


def named(seen: Picture, carried: Iterable[Known]) -> tuple[str, ...]:
    """Each offence once, in the order of the book."""
    home = settings.TUTELA_HOME_COUNTRY
    facts = case_facts(seen, carried)
    return tuple(
        offence.words
        for offence in books.book_of(home).offences
        if any(meets(offence.condition, item, facts, home) for item in facts.items)
    )

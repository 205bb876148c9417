"""What a document says, in the words that its packages use, for the page that shows it before and after it leaves."""

from django import template
from django.utils.translation import get_language

from referrals.documents import ReferralDocument
from referrals.documents.vocabulary import LANGUAGES, vocabulary

register = template.Library()


@register.filter
def document_word(code: str, group: str) -> str:
    """The words for a code of this group, in the language of the page where a package has it."""
    language = (get_language() or "")[:2]
    return vocabulary(language if language in LANGUAGES else "en").of(group, code)


@register.filter
def is_unassessed(document: ReferralDocument) -> bool:
    """Forwarded as it was reported: nobody of the house has judged any of it."""
    return not any(item.verdict for item in document.items)

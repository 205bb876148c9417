"""The words of the shipped classification scheme, in the reader's language.

A scheme's file holds its English words. A hotline's own scheme is shown in the words of its file.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

_ = gettext_lazy

SHIPPED: tuple[str | Promise, ...] = (
    _("Outcome"),
    _("Age, as it appears"),
    _("Sex"),
    _("Type of site"),
    _("Commercial"),
    _("Payment methods"),
    _("Marks"),
    _("Baseline CSAM"),
    _("National CSAM"),
    _("Other illegal CSEA"),
    _("Not illegal"),
    _("Not found"),
    _("Not accessible"),
    _("Out of our remit"),
    _("Infant"),
    _("Pre-pubescent"),
    _("Pubescent"),
    _("Not determined"),
    _("Female"),
    _("Male"),
    _("Female and male"),
    _("Website"),
    _("File host"),
    _("Image host"),
    _("Image store"),
    _("Image board"),
    _("Forum"),
    _("Blog"),
    _("Social network"),
    _("Messaging channel"),
    _("Link site"),
    _("Banner site"),
    _("Redirector"),
    _("Web archive"),
    _("Search provider"),
    _("Cyberlocker account"),
    _("App"),
    _("Game"),
    _("Other"),
    _("Yes"),
    _("No"),
    _("Card"),
    _("Bank transfer"),
    _("Online wallet"),
    _("Cryptocurrency"),
    _("Phone credit or text message"),
    _("Voucher or gift card"),
    _("Gifts or credit of the platform"),
    _("AI-generated"),
    _("Self-generated"),
    _("Modelling"),
)


def scheme_word(label: str) -> str:
    """A label as people read it here; one that no translator knows stays as the scheme has it."""
    return gettext(label)

"""Nothing leaves that names the reporter: every draft is looked through before anybody confirms it (T28)."""

from django.utils.translation import gettext as _

from audit.acts import Refusal
from intake.models import Case
from referrals.documents import ReferralDocument
from referrals.documents.identity import Hit, Identity, find_identities


def of_reporters(case: Case) -> tuple[Identity, ...]:
    """What the reporters of a case gave of themselves. The house keeps none of it yet: there is no vault."""
    return ()


def hits(case: Case, document: ReferralDocument) -> tuple[Hit, ...]:
    return find_identities(document, of_reporters(case))


def refuse_named(case: Case, document: ReferralDocument) -> None:
    """Raises Refusal where the document names a reporter: whoever sends it resolves that first."""
    found = hits(case, document)
    if found:
        raise Refusal(
            _("What would leave names the reporter (%(where)s). Take it out first.")
            % {"where": ", ".join(f"{hit.field}: {hit.what}" for hit in found)}
        )

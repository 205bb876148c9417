"""What referrals can write to the log, each with the sentence a person reads."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Action(StrEnum):
    ACKNOWLEDGEMENT_RECORD = "acknowledgement:record"
    AGENCY_OPEN = "agency:open"
    ATTEMPT_RECORD = "attempt:record"
    CASE_REFER = "case:refer"
    DELIVERY_CLAIM = "delivery:claim"
    DELIVERY_CREATE = "delivery:create"
    DELIVERY_FAIL = "delivery:fail"
    DELIVERY_OFFER = "delivery:offer"
    DELIVERY_QUEUE_AGAIN = "delivery:queue_again"
    DELIVERY_RELEASE = "delivery:release"
    DELIVERY_RETRY = "delivery:retry"
    DELIVERY_SEND = "delivery:send"
    DELIVERY_UNKNOWN = "delivery:unknown"
    OUTCOME_RECORD = "outcome:record"
    PACKAGE_COLLECT_AGAIN = "package:collect_again"
    PACKAGE_SEAL = "package:seal"
    RECEIPT_RECORD = "receipt:record"
    REFERRAL_ACKNOWLEDGE = "referral:acknowledge"
    REFERRAL_CONCLUDE = "referral:conclude"
    REFERRAL_CREATE = "referral:create"
    REFERRAL_FAIL = "referral:fail"
    REFERRAL_FREEZE = "referral:freeze"
    REFERRAL_QUEUE_AGAIN = "referral:queue_again"
    REFERRAL_READ = "referral:read"
    REFERRAL_REFUSE = "referral:refuse"
    REFERRAL_SEND = "referral:send"
    RULE_ADOPT = "rule:adopt"


SENTENCES: dict[StrEnum, str | Promise] = {
    Action.ACKNOWLEDGEMENT_RECORD: _("An answer of the agency was typed in"),
    Action.AGENCY_OPEN: _("An agency was entered"),
    Action.ATTEMPT_RECORD: _("A try to deliver was recorded"),
    Action.CASE_REFER: _("The case was brought before its agencies"),
    Action.DELIVERY_CLAIM: _("A worker began to deliver the package"),
    Action.DELIVERY_CREATE: _("A delivery was queued"),
    Action.DELIVERY_FAIL: _("The delivery failed; a person must act"),
    Action.DELIVERY_OFFER: _("The package is ready to be collected"),
    Action.DELIVERY_QUEUE_AGAIN: _("A person put the failure right; the delivery is queued again"),
    Action.DELIVERY_RELEASE: _("A stale delivery went back to the queue"),
    Action.DELIVERY_RETRY: _("The delivery did not work; it will be tried again"),
    Action.DELIVERY_SEND: _("The package arrived, and the receipt is stored"),
    Action.DELIVERY_UNKNOWN: _("The line broke: a person must ask whether it arrived"),
    Action.OUTCOME_RECORD: _("What the agency did was typed in"),
    Action.PACKAGE_COLLECT_AGAIN: _("The package was collected once more; nothing changed"),
    Action.PACKAGE_SEAL: _("The package was sealed"),
    Action.RECEIPT_RECORD: _("The receipt of the delivery was stored"),
    Action.REFERRAL_ACKNOWLEDGE: _("The agency answered the referral"),
    Action.REFERRAL_CONCLUDE: _("The referral was concluded"),
    Action.REFERRAL_CREATE: _("A person confirmed the referral"),
    Action.REFERRAL_FAIL: _("The referral failed; a person must act"),
    Action.REFERRAL_FREEZE: _("The document of the referral was frozen"),
    Action.REFERRAL_QUEUE_AGAIN: _("The referral is on its way again"),
    Action.REFERRAL_READ: _("The referral was read"),
    Action.REFERRAL_REFUSE: _("Access to a referral was refused"),
    Action.REFERRAL_SEND: _("The referral is with the agency"),
    Action.RULE_ADOPT: _("A routing rule came into force"),
}

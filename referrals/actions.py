"""What referrals can write to the log, each with the sentence a person reads."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Action(StrEnum):
    ACKNOWLEDGEMENT_RECORD = "acknowledgement:record"
    AGENCY_APPROVE_CONTACT = "agency:approve_contact"
    AGENCY_CHANGE = "agency:change"
    AGENCY_OPEN = "agency:open"
    AGENCY_PAUSE = "agency:pause"
    AGENCY_SWITCH = "agency:switch"
    ANSWER_HEED = "answer:heed"
    ATTEMPT_RECORD = "attempt:record"
    CASE_REFER = "case:refer"
    CASE_REFER_UNASSESSED = "case:refer_unassessed"
    CASE_UNDO_REFERRAL = "case:undo_referral"
    DELIVERY_BOUNCE = "delivery:bounce"
    DELIVERY_CLAIM = "delivery:claim"
    DELIVERY_CREATE = "delivery:create"
    DELIVERY_DECIDE = "delivery:decide"
    DELIVERY_FAIL = "delivery:fail"
    DELIVERY_HOLD = "delivery:hold"
    DELIVERY_OFFER = "delivery:offer"
    DELIVERY_QUEUE_AGAIN = "delivery:queue_again"
    DELIVERY_RELEASE = "delivery:release"
    DELIVERY_REPLACE = "delivery:replace"
    DELIVERY_RETRY = "delivery:retry"
    DELIVERY_SEND = "delivery:send"
    DELIVERY_UNKNOWN = "delivery:unknown"
    FOLLOWUP_ACKNOWLEDGE = "followup:acknowledge"
    FOLLOWUP_CREATE = "followup:create"
    FOLLOWUP_FAIL = "followup:fail"
    FOLLOWUP_FREEZE = "followup:freeze"
    FOLLOWUP_QUEUE_AGAIN = "followup:queue_again"
    FOLLOWUP_SEND = "followup:send"
    HOLD_EXTEND = "hold:extend"
    HOLD_RELEASE = "hold:release"
    HOLD_SET = "hold:set"
    LINK_CLOSE = "link:close"
    LINK_OPEN = "link:open"
    LINK_REFUSE = "link:refuse"
    LIVE_ASK = "live:ask"
    LIVE_DECIDE = "live:decide"
    MESSAGE_RECORD = "message:record"
    OUTCOME_RECORD = "outcome:record"
    OVERRULING_ASK = "overruling:ask"
    OVERRULING_DECIDE = "overruling:decide"
    OVERRULING_UNDO = "overruling:undo"
    PACKAGE_COLLECT_AGAIN = "package:collect_again"
    PACKAGE_OPEN = "package:open"
    PACKAGE_SEAL = "package:seal"
    RECEIPT_RECORD = "receipt:record"
    REFERRAL_ACKNOWLEDGE = "referral:acknowledge"
    REFERRAL_CONCLUDE = "referral:conclude"
    REFERRAL_CREATE = "referral:create"
    REFERRAL_ESCALATE = "referral:escalate"
    REFERRAL_EXPIRE = "referral:expire"
    REFERRAL_FAIL = "referral:fail"
    REFERRAL_FREEZE = "referral:freeze"
    REFERRAL_HOLD = "referral:hold"
    REFERRAL_QUEUE_AGAIN = "referral:queue_again"
    REFERRAL_READ = "referral:read"
    REFERRAL_REFUSE = "referral:refuse"
    REFERRAL_RELEASE = "referral:release"
    REFERRAL_REMIND = "referral:remind"
    REFERRAL_SEND = "referral:send"
    REFERRAL_SUPPLEMENT = "referral:supplement"
    REFERRAL_TAKE_CARE = "referral:take_care"
    REFERRAL_WITHDRAW = "referral:withdraw"
    RULE_ACTIVATE = "rule:activate"
    RULE_ADOPT = "rule:adopt"
    RULE_ASK_RETIRE = "rule:ask_retire"
    RULE_KEEP = "rule:keep"
    RULE_PROPOSE = "rule:propose"
    RULE_RETIRE = "rule:retire"


SENTENCES: dict[StrEnum, str | Promise] = {
    Action.ACKNOWLEDGEMENT_RECORD: _("An answer of the agency was recorded"),
    Action.AGENCY_APPROVE_CONTACT: _("A second person approved the contact of an agency"),
    Action.AGENCY_CHANGE: _("The terms of an agency were changed"),
    Action.AGENCY_OPEN: _("An agency was entered"),
    Action.AGENCY_PAUSE: _("An agency was paused: nothing is sent to it"),
    Action.AGENCY_SWITCH: _("An agency was switched between test and live"),
    Action.ANSWER_HEED: _("An answer of the agency was read"),
    Action.ATTEMPT_RECORD: _("A try to deliver was recorded"),
    Action.CASE_REFER: _("The case was brought before its agencies"),
    Action.CASE_REFER_UNASSESSED: _("The case was forwarded to agencies that take unassessed reports"),
    Action.CASE_UNDO_REFERRAL: _("The referrals of the case were undone before anything left the house"),
    Action.DELIVERY_BOUNCE: _("The delivery came back; a person must act"),
    Action.DELIVERY_CLAIM: _("A worker began to deliver the package"),
    Action.DELIVERY_CREATE: _("A delivery was queued"),
    Action.DELIVERY_DECIDE: _("A person found out whether an unknown delivery arrived"),
    Action.DELIVERY_FAIL: _("The delivery failed; a person must act"),
    Action.DELIVERY_HOLD: _("The delivery waits"),
    Action.DELIVERY_OFFER: _("The package is ready to be collected"),
    Action.DELIVERY_QUEUE_AGAIN: _("A person put the failure right; the delivery is queued again"),
    Action.DELIVERY_RELEASE: _("The delivery may be tried again"),
    Action.DELIVERY_REPLACE: _("A new delivery took the place of this one"),
    Action.DELIVERY_RETRY: _("The delivery did not work; it will be tried again"),
    Action.DELIVERY_SEND: _("The package arrived, and the receipt is stored"),
    Action.DELIVERY_UNKNOWN: _("The line broke: a person must ask whether it arrived"),
    Action.FOLLOWUP_ACKNOWLEDGE: _("The agency answered a supplement, correction or withdrawal"),
    Action.FOLLOWUP_CREATE: _("A person confirmed a supplement, correction or withdrawal"),
    Action.FOLLOWUP_FAIL: _("A supplement, correction or withdrawal failed; a person must act"),
    Action.FOLLOWUP_FREEZE: _("The document of a supplement, correction or withdrawal was frozen"),
    Action.FOLLOWUP_QUEUE_AGAIN: _("A supplement, correction or withdrawal is on its way again"),
    Action.FOLLOWUP_SEND: _("A supplement, correction or withdrawal is with the agency"),
    Action.HOLD_EXTEND: _("A police hold was extended"),
    Action.HOLD_RELEASE: _("A police hold was released"),
    Action.HOLD_SET: _("A police hold was set: host and platform are not told yet"),
    Action.LINK_CLOSE: _("An answer link was closed"),
    Action.LINK_OPEN: _("An answer link was made for the agency"),
    Action.LINK_REFUSE: _("An answer link was refused"),
    Action.LIVE_ASK: _("A person asked to switch an agency between test and live"),
    Action.LIVE_DECIDE: _("A second person decided about the switch"),
    Action.MESSAGE_RECORD: _("A message between agency and hotline was written down"),
    Action.OUTCOME_RECORD: _("What the agency did was recorded"),
    Action.OVERRULING_ASK: _("A person left a proposal out, or asked for it"),
    Action.OVERRULING_DECIDE: _("It was decided whether a proposal is left out"),
    Action.OVERRULING_UNDO: _("Leaving a proposal out was undone"),
    Action.PACKAGE_COLLECT_AGAIN: _("The package was collected once more; nothing changed"),
    Action.PACKAGE_OPEN: _("The package was opened, to be typed into the agency's own form"),
    Action.PACKAGE_SEAL: _("The package was sealed"),
    Action.RECEIPT_RECORD: _("The receipt of the delivery was stored"),
    Action.REFERRAL_ACKNOWLEDGE: _("The agency answered the referral"),
    Action.REFERRAL_CONCLUDE: _("The referral was concluded"),
    Action.REFERRAL_CREATE: _("A person confirmed the referral"),
    Action.REFERRAL_ESCALATE: _("No answer came in time; a supervisor is asked"),
    Action.REFERRAL_EXPIRE: _("No answer came by the due date"),
    Action.REFERRAL_FAIL: _("The referral failed; a person must act"),
    Action.REFERRAL_FREEZE: _("The document of the referral was frozen"),
    Action.REFERRAL_HOLD: _("The referral waits: a police hold stands"),
    Action.REFERRAL_QUEUE_AGAIN: _("The referral is on its way again"),
    Action.REFERRAL_READ: _("The referral was read"),
    Action.REFERRAL_REFUSE: _("Access to a referral was refused"),
    Action.REFERRAL_RELEASE: _("The referral may go: the hold has ended"),
    Action.REFERRAL_REMIND: _("The answer is due soon; the agency is to be reminded"),
    Action.REFERRAL_SEND: _("The referral is with the agency"),
    Action.REFERRAL_SUPPLEMENT: _("What the agency asked for was sent"),
    Action.REFERRAL_TAKE_CARE: _("A person takes care of a late answer"),
    Action.REFERRAL_WITHDRAW: _("The referral was withdrawn"),
    Action.RULE_ACTIVATE: _("A second person brought a routing rule into force"),
    Action.RULE_ADOPT: _("A routing rule came into force"),
    Action.RULE_ASK_RETIRE: _("A person asked to take a routing rule out of force"),
    Action.RULE_KEEP: _("A routing rule stays in force"),
    Action.RULE_PROPOSE: _("A routing rule was proposed"),
    Action.RULE_RETIRE: _("A routing rule was taken out of force"),
}

"""What intake can write to the log, each with the sentence a person reads."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Action(StrEnum):
    ASSESSMENT_RECORD = "assessment:record"
    CASE_AGREE_AFTER_ALL = "case:agree_after_all"
    CASE_ASSESS = "case:assess"
    CASE_ASSIGN = "case:assign"
    CASE_CLOSE = "case:close"
    CASE_CONFIRM_ALONE = "case:confirm_alone"
    CASE_CORRECT = "case:correct"
    CASE_DECIDE_DISPUTE = "case:decide_dispute"
    CASE_HEED = "case:heed"
    CASE_JOIN = "case:join"
    CASE_OPEN = "case:open"
    CASE_RAISE = "case:raise"
    CASE_READ = "case:read"
    CASE_REFUSE = "case:refuse"
    CASE_RELEASE = "case:release"
    CASE_REOPEN = "case:reopen"
    CASE_REOPEN_BY_HAND = "case:reopen_by_hand"
    CASE_REVIEW = "case:review"
    CASE_REVIEW_LATER = "case:review_later"
    CASE_SEND_BACK = "case:send_back"
    CASE_START_REVIEW = "case:start_review"
    CASE_TAKE_OVER = "case:take_over"
    CASE_UNDO = "case:undo"
    CLOSURE_ASK = "closure:ask"
    CLOSURE_DECIDE = "closure:decide"
    CLOSURE_UNDO = "closure:undo"
    CODE_ISSUE = "code:issue"
    ITEM_RECEIVE = "item:receive"
    ITEM_SORT = "item:sort"
    LEASE_END = "lease:end"
    LEASE_HOLD = "lease:hold"
    NOTE_WRITE = "note:write"
    POLICY_SET = "policy:set"
    QUEUE_READ = "queue:read"
    REPORT_RECEIVE = "report:receive"
    REPORT_REJECT = "report:reject"
    REPORT_SORT = "report:sort"
    REPORT_TAKE_UP = "report:take_up"
    REVIEW_RECORD = "review:record"
    STEP_RECORD = "step:record"
    TEAM_OPEN = "team:open"
    TRACE_RECORD = "trace:record"


SENTENCES: dict[StrEnum, str | Promise] = {
    Action.ASSESSMENT_RECORD: _("An item was assessed"),
    Action.CASE_AGREE_AFTER_ALL: _("The reviewer withdrew the disagreement"),
    Action.CASE_ASSESS: _("The case was assessed"),
    Action.CASE_ASSIGN: _("The case was taken"),
    Action.CASE_CLOSE: _("The case was closed"),
    Action.CASE_CONFIRM_ALONE: _("One person confirmed: by policy, or because a child is in danger"),
    Action.CASE_CORRECT: _("An assessment of a referred case was superseded"),
    Action.CASE_DECIDE_DISPUTE: _("A supervisor decided where two people disagreed"),
    Action.CASE_HEED: _("A person read the new reports of a case that is with agencies"),
    Action.CASE_JOIN: _("A report joined the case"),
    Action.CASE_OPEN: _("A case was opened"),
    Action.CASE_RAISE: _("The reporter's later words made the case more urgent"),
    Action.CASE_READ: _("The case was read"),
    Action.CASE_REFUSE: _("Access to a case was refused"),
    Action.CASE_RELEASE: _("The case was given back"),
    Action.CASE_REOPEN: _("The case was opened again: the address was reported once more"),
    Action.CASE_REOPEN_BY_HAND: _("A person opened the case again"),
    Action.CASE_REVIEW: _("The assessment was reviewed by a second person"),
    Action.CASE_REVIEW_LATER: _("The owed review was made afterwards"),
    Action.CASE_SEND_BACK: _("The case was sent back to be assessed again"),
    Action.CASE_START_REVIEW: _("A second person began the review"),
    Action.CASE_TAKE_OVER: _("The case was taken over from the person who had it"),
    Action.CASE_UNDO: _("A step was undone before anything left the house"),
    Action.CLOSURE_ASK: _("A person asked to close the case"),
    Action.CLOSURE_DECIDE: _("A second person decided about closing the case"),
    Action.CLOSURE_UNDO: _("The closing was undone"),
    Action.CODE_ISSUE: _("A receipt code was given to the reporter"),
    Action.ITEM_RECEIVE: _("An address was reported"),
    Action.ITEM_SORT: _("A reported address found its case"),
    Action.LEASE_END: _("Somebody no longer has the case"),
    Action.LEASE_HOLD: _("Somebody has the case until the stated time"),
    Action.NOTE_WRITE: _("A note was written"),
    Action.POLICY_SET: _("A policy of the hotline was set"),
    Action.QUEUE_READ: _("The list of cases was read"),
    Action.REPORT_RECEIVE: _("A report was received"),
    Action.REPORT_REJECT: _("A report was rejected as spam or out of remit"),
    Action.REPORT_SORT: _("All items of the report found their case"),
    Action.REPORT_TAKE_UP: _("A rejected report was taken up again"),
    Action.REVIEW_RECORD: _("A second person recorded a review"),
    Action.STEP_RECORD: _("The reporter added a step to the report"),
    Action.TEAM_OPEN: _("A team was set up"),
    Action.TRACE_RECORD: _("Where an item is hosted was written down"),
}

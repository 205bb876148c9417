"""What intake can write to the log, each with the sentence a person reads."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Action(StrEnum):
    ASSESSMENT_RECORD = "assessment:record"
    CASE_ASSESS = "case:assess"
    CASE_ASSIGN = "case:assign"
    CASE_CLOSE = "case:close"
    CASE_HEED = "case:heed"
    CASE_JOIN = "case:join"
    CASE_OPEN = "case:open"
    CASE_RAISE = "case:raise"
    CASE_READ = "case:read"
    CASE_REFUSE = "case:refuse"
    CASE_RELEASE = "case:release"
    CASE_REOPEN = "case:reopen"
    CASE_REVIEW = "case:review"
    CASE_START_REVIEW = "case:start_review"
    CODE_ISSUE = "code:issue"
    ITEM_RECEIVE = "item:receive"
    ITEM_SORT = "item:sort"
    QUEUE_READ = "queue:read"
    REPORT_RECEIVE = "report:receive"
    REPORT_SORT = "report:sort"
    REVIEW_RECORD = "review:record"
    STEP_RECORD = "step:record"
    TEAM_OPEN = "team:open"


SENTENCES: dict[StrEnum, str | Promise] = {
    Action.ASSESSMENT_RECORD: _("An item was assessed"),
    Action.CASE_ASSESS: _("The case was assessed"),
    Action.CASE_ASSIGN: _("The case was taken"),
    Action.CASE_CLOSE: _("The case was closed"),
    Action.CASE_HEED: _("A person read the new reports of a case that is with agencies"),
    Action.CASE_JOIN: _("A report joined the case"),
    Action.CASE_OPEN: _("A case was opened"),
    Action.CASE_RAISE: _("The reporter's later words made the case more urgent"),
    Action.CASE_READ: _("The case was read"),
    Action.CASE_REFUSE: _("Access to a case was refused"),
    Action.CASE_RELEASE: _("The case was given back"),
    Action.CASE_REOPEN: _("The case was opened again: the address was reported once more"),
    Action.CASE_REVIEW: _("The assessment was reviewed by a second person"),
    Action.CASE_START_REVIEW: _("A second person began the review"),
    Action.CODE_ISSUE: _("A receipt code was given to the reporter"),
    Action.ITEM_RECEIVE: _("An address was reported"),
    Action.ITEM_SORT: _("A reported address found its case"),
    Action.QUEUE_READ: _("The list of cases was read"),
    Action.REPORT_RECEIVE: _("A report was received"),
    Action.REPORT_SORT: _("All items of the report found their case"),
    Action.REVIEW_RECORD: _("A second person recorded a review"),
    Action.STEP_RECORD: _("The reporter added a step to the report"),
    Action.TEAM_OPEN: _("A team was set up"),
}

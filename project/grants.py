"""One table: which database role may do what to which table. Applied by `setup_roles`, compared in a test.

`public` serves the public door: it inserts a report and reads nothing. A model that is not named here is closed
to both roles. Column lists narrow an INSERT or UPDATE to what the application may set.
"""

from dataclasses import dataclass

READ = "SELECT"
ADD = "INSERT"
MOVE = "UPDATE"
REMOVE = "DELETE"

ROLES = ("tutela_app", "tutela_public")


@dataclass(frozen=True)
class Grant:
    app: tuple[str, ...] = ()
    public: tuple[str, ...] = ()


_LOG = Grant(app=(READ, ADD), public=(ADD,))
_ONCE = Grant(app=(READ, ADD))
_MOVES = Grant(app=(READ, ADD, MOVE))
_FREE = Grant(app=(READ, ADD, MOVE, REMOVE))

GRANTS: dict[str, Grant] = {
    "account.EmailAddress": _FREE,
    "account.EmailConfirmation": Grant(),
    "audit.Event": _LOG,
    "audit.Payload": _LOG,  # no verb erases yet
    "audit.Pending": Grant(app=(READ,)),  # verify_audit compares; only the trigger writes
    "audit.SubjectKey": _LOG,
    "auth.Group": _ONCE,
    "auth.Group_permissions": Grant(app=(READ,)),
    "auth.Permission": Grant(app=(READ,)),
    "contenttypes.ContentType": Grant(app=(READ,)),
    "guardian.GroupObjectPermission": Grant(app=(READ, ADD, REMOVE)),
    "guardian.UserObjectPermission": Grant(app=(READ,)),
    "intake.Assessment": _ONCE,
    "intake.Case": _MOVES,
    "intake.Closure": _MOVES,
    "intake.HostingTrace": _ONCE,
    "intake.Lease": _MOVES,
    "intake.Note": _ONCE,
    "intake.Policy": _ONCE,
    "intake.ReceiptCode": Grant(app=(READ, ADD), public=(ADD,)),
    "intake.Report": Grant(app=(READ, ADD, MOVE), public=(ADD,)),
    "intake.ReportStep": Grant(app=(READ, ADD), public=(ADD,)),
    "intake.ReportedItem": Grant(app=(READ, ADD, MOVE), public=(ADD,)),
    "intake.Review": _ONCE,
    "intake.Team": _ONCE,
    "project.DeskSession": _FREE,
    "project.PartnerSession": _FREE,
    "project.User": _MOVES,
    "project.User_groups": Grant(app=(READ, ADD, REMOVE)),
    "project.User_user_permissions": Grant(app=(READ,)),
    "referrals.Acknowledgement": _ONCE,
    "referrals.Agency": _MOVES,
    "referrals.AnswerLink": _MOVES,
    "referrals.AnswerRead": _ONCE,
    "referrals.Attempt": _ONCE,
    "referrals.Delivery": _MOVES,
    "referrals.FollowUp": _MOVES,
    "referrals.Hold": _MOVES,
    "referrals.LiveSwitch": _MOVES,
    "referrals.Message": _ONCE,
    "referrals.Outcome": _ONCE,
    "referrals.Overruling": _MOVES,
    "referrals.Package": _ONCE,
    "referrals.Receipt": _ONCE,
    "referrals.Referral": _MOVES,
    "referrals.ReferralItem": _ONCE,
    "referrals.RoutingRule": _MOVES,
}

PLAIN_TABLES: dict[str, Grant] = {"django_migrations": Grant(app=(READ,))}

# The columns the database fills stay out of every other hand.
COLUMNS: dict[tuple[str, str], tuple[str, ...]] = {
    ("audit.Event", ADD): ("event_id", "object_kind", "object_id", "case_id", "action", "actor", "entry"),
}

FUNCTIONS: dict[str, tuple[str, ...]] = {
    "intake_return_visit(bytea)": ("tutela_public", "tutela_app"),
}
SEQUENCES: dict[str, tuple[str, ...]] = {
    "intake_case_number": ("tutela_app",),
    "referrals_referral_number": ("tutela_app",),
}

"""Every name that the settings read from the environment, found in their source."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings

from project.doors import DOORS
from project.reference.tables import table

INTRO = """# Settings

Tutela is configured by its environment alone. Production is the default. A missing or unsafe value stops the
start, and every such value is named at once. For a secret, `NAME_FILE` may name a file that holds it. `./run`
sets everything in this table that it needs; you may set the names with a default before you call it.
"""
STARTER = """
## For `./run` alone

| name | what it is |
|---|---|
| `PG_BINDIR` | the folder with the programs of another PostgreSQL, 15 to 18 |
| `PYTHON` | the Python that makes the environments: 3.11 or newer |
| `TUTELA_STATE` | the folder in which `./run` keeps its data, instead of one for this clone |
"""
MEANINGS = {
    "BROKER_URL": "the Redis-compatible broker that wakes the worker",
    "DATABASE_OWNER_URL": "PostgreSQL as the owner; only for `migrate` and `setup_roles`, and refused elsewhere",
    "DATABASE_URL": "PostgreSQL as `tutela_app`, or as `tutela_public` for the public door",
    "DEBUG": "refused in production",
    "TUTELA_ANSWER_LINK_DAYS": "for how many days an agency can answer by the link in a package",
    "TUTELA_CHILD_LINE": "telephone number of the child line, on the public pages",
    "TUTELA_DESK_URL": "address of the desk; https in production",
    "TUTELA_DOOR": "which door this process is: `public`, `desk` or `partner`; a worker or command sets none",
    "TUTELA_EMERGENCY": "emergency number, on the public pages",
    "TUTELA_EXIT_URL": "neutral site that the quick exit opens",
    "TUTELA_FAILPOINT": "kills the process at a named place; for tests, refused in production",
    "TUTELA_HOME_COUNTRY": "country of the hotline, two letters; the first rule compares the hosting country with it",
    "TUTELA_HOTLINE": "name of the hotline, on every page",
    "TUTELA_HOTLINE_CONTACT": "e-mail address of the hotline in what it sends to agencies; "
    "that of `TUTELA_MAIL_FROM` if empty",
    "TUTELA_INHOPE_WAY": "`direct`: the member hotline of the hosting country itself; "
    "`iccam`: through ICCAM, for members",
    "TUTELA_KEK": "wraps the data keys; lose it and no sealed text can be read again",
    "TUTELA_LOG_ORIGIN": "name of this log, inside every entry; never change it once entries exist",
    "TUTELA_MAIL_FROM": "sender of mail to agencies; what bounces comes back to it",
    "TUTELA_MODE": "`production`; `embedded` and `test` are set by `./run`",
    "TUTELA_NOTICE_AFTER_MINUTES": "how long the first notice to a host or platform waits",
    "TUTELA_NOTICE_GATHER_HOURS": "for how long further notices to the same contact are gathered",
    "TUTELA_PARTNER_URL": "address of the partner door; https in production",
    "TUTELA_PEPPER": "key of the digests of receipt codes and of rows in the log; "
    "change it and no code opens a report again, and the log does not verify",
    "TUTELA_PUBLIC_URL": "address of the public door; https in production",
    "TUTELA_SCHEME_FILE": "a classification scheme of the hotline's own (JSON), instead of the shipped one; "
    "older versions lie beside it",
    "TUTELA_SECRET_KEY": "signs sessions and forms",
    "TUTELA_SEND_AFTER_SECONDS": "how long what was confirmed waits before it leaves, so that it can be undone",
    "TUTELA_SMTP_URL": "mail server: `smtps://` or `smtp+starttls://user:password@host:port`; "
    "`smtp://` for this machine alone; empty: nothing is mailed",
    "TUTELA_STATIC_ROOT": "folder that `collectstatic` fills and the doors serve",
    "TUTELA_TEST_MAILBOX": "where mail to an agency goes that is not live yet",
    "TUTELA_TIME_ZONE": "time zone of the hotline",
    "TUTELA_UNDO_MINUTES": "for how long a person can undo a step, as long as nothing has left",
}


@dataclass(frozen=True)
class Setting:
    """One name, how it is read (`required`, `secret`, `key`, `text`, `flag`), and its default if it has one."""

    name: str
    how: str
    default: str = ""
    least: int = 32


def settings_page() -> str:
    rows = ((f"`{found.name}`", _value(found), MEANINGS.get(found.name, "")) for found in environment())
    return "\n".join([INTRO, table(("name", "value", "what it is"), rows), STARTER])


def environment() -> list[Setting]:
    """The names, sorted. One that is read twice is listed once."""
    tree = ast.parse((settings.BASE_DIR / "project" / "settings.py").read_text(encoding="utf-8"))
    found: dict[str, Setting] = {}
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and _reads_environment(call):
            for setting in _settings_in(call):
                found.setdefault(setting.name, setting)
    return [found[name] for name in sorted(found)]


def _reads_environment(call: ast.Call) -> bool:
    asked = call.func
    return isinstance(asked, ast.Attribute) and isinstance(asked.value, ast.Name) and asked.value.id == "env"


def _settings_in(call: ast.Call) -> Iterator[Setting]:
    how = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if not call.args:
        return
    default = call.args[1].value if len(call.args) > 1 and isinstance(call.args[1], ast.Constant) else ""
    least = next((word.value.value for word in call.keywords if isinstance(word.value, ast.Constant)), 32)
    for name in _names(call.args[0]):
        yield Setting(name, how, str(default), int(str(least)))


def _names(argument: ast.expr) -> list[str]:
    """The name itself; both arms of a choice; or one name for each door where the name has a gap."""
    if isinstance(argument, ast.JoinedStr):
        text = "".join(
            str(part.value) if isinstance(part, ast.Constant) else "{}" for part in argument.values
        )
        return [text.format(door.upper()) for door in DOORS]
    if isinstance(argument, ast.IfExp):
        return [*_names(argument.body), *_names(argument.orelse)]
    return [argument.value] if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else []


def _value(setting: Setting) -> str:
    if setting.how == "secret":
        return f"a secret of at least {setting.least} characters"
    if setting.how == "key":
        return "a secret: 32 random bytes in base64"
    if setting.how == "required":
        return "needed"
    if setting.how == "flag":
        return "yes or no; no if unset"
    return f"`{setting.default}` if unset" if setting.default else "empty if unset"

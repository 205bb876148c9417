"""Who runs what. As root: the servers as `nobody`, doors and workers as `www-data`. Nothing is added to the machine."""

import os
import pwd
from dataclasses import dataclass

SERVICE_ACCOUNTS = ("nobody",)
DOOR_ACCOUNTS = ("www-data", "apache", "nginx", "http", "daemon")


@dataclass(frozen=True)
class Account:
    name: str
    uid: int
    gid: int

    @property
    def is_me(self) -> bool:
        return self.uid == os.geteuid()


@dataclass(frozen=True)
class Accounts:
    """`invoker` migrates and supervises, `services` owns the data folders, `doors` meets the network."""

    invoker: Account
    services: Account
    doors: Account

    @property
    def apart(self) -> bool:
        return len({self.invoker.uid, self.services.uid, self.doors.uid}) == 3


def find_accounts() -> Accounts:
    """The accounts of this machine. Only root can keep them apart; anybody else runs everything as themselves."""
    invoker = _account(pwd.getpwuid(os.geteuid()))
    if invoker.uid != 0:
        return Accounts(invoker, invoker, invoker)
    return Accounts(invoker, _first(SERVICE_ACCOUNTS), _first(DOOR_ACCOUNTS))


def _first(names: tuple[str, ...]) -> Account:
    for name in names:
        try:
            return _account(pwd.getpwnam(name))
        except KeyError:
            continue
    raise SystemExit(
        f"None of the accounts {', '.join(names)} exists here. Run ./run as an ordinary user instead."
    )


def _account(entry: pwd.struct_passwd) -> Account:
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)

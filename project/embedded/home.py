"""The state folder: one a mode, locked while in use, each part readable by the one account that needs it."""

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from project.embedded.accounts import Account, Accounts
from project.embedded.lock import holder_of, take_lock

CLONE = Path(__file__).resolve().parents[2]
LONGEST_SOCKET = 107  # bytes the kernel takes in sun_path
_SOCKET_NAMES = "database/.s.PGSQL.5432.lock"


@dataclass(frozen=True)
class Home:
    """Paths below one mode's state folder, and the lock that says it is ours."""

    state: Path
    sockets: Path
    lock: int

    @property
    def data(self) -> Path:
        return self.state / "postgres"

    @property
    def access(self) -> Path:
        return self.state / "access"

    @property
    def queue(self) -> Path:
        return self.state / "valkey"

    @property
    def beat(self) -> Path:
        return self.state / "beat"

    @property
    def mailbox(self) -> Path:
        return self.state / "mailbox"

    @property
    def logs(self) -> Path:
        return self.state / "logs"

    @property
    def secrets(self) -> Path:
        return self.state / "secrets"

    @property
    def code(self) -> Path:
        return self.state / "code"

    @property
    def database_sockets(self) -> Path:
        return self.sockets / "database"

    @property
    def broker_socket(self) -> Path:
        return self.sockets / "broker" / "valkey.sock"


def base_folder() -> Path:
    """Where the modes' folders are: TUTELA_STATE, or one place for this clone."""
    chosen = os.environ.get("TUTELA_STATE")
    if chosen:
        return Path(chosen).resolve()
    return shared_folder() if os.geteuid() == 0 else CLONE / ".state"


def shared_folder() -> Path:
    """Root's place for what other accounts must reach, named after the clone and its path."""
    digest = hashlib.sha256(os.fsencode(CLONE)).hexdigest()[:8]
    return Path("/var/lib/tutela") / f"{CLONE.name}-{digest}"


def open_home(name: str, accounts: Accounts) -> Home:
    """Lock the folder called `name` and lay it out. Raises StateInUse with the holder's words."""
    state = base_folder() / name
    for folder in (*reversed(_missing(state.parent)), state):
        own(folder, accounts.invoker, mode=0o711)
    _refuse_unreachable(state, accounts)
    lock = take_lock(state / "lock")
    home = Home(state, _place_for_sockets(state, accounts), lock)
    _lay_out(home, accounts)
    return home


def open_fresh_home(mode: str, accounts: Accounts) -> Home:
    """A new folder for this run alone; what earlier runs left behind is removed first."""
    for old in base_folder().glob(f"{mode}-*"):
        _remove_if_free(old)
    name = f"{mode}-{os.getpid()}"
    shutil.rmtree(base_folder() / name, ignore_errors=True)
    return open_home(name, accounts)


def remove_home(home: Home) -> None:
    shutil.rmtree(home.state, ignore_errors=True)


def close_sockets(home: Home) -> None:
    if not home.sockets.is_relative_to(home.state):
        shutil.rmtree(home.sockets, ignore_errors=True)


def own(folder: Path, account: Account, *, mode: int, group: int | None = None) -> None:
    """Make `folder` if it is absent, and give it to `account`; only ever called for folders of ours."""
    folder.mkdir(exist_ok=True)
    if os.geteuid() == 0:
        os.chown(folder, account.uid, account.gid if group is None else group)
    folder.chmod(mode)


def _missing(folder: Path) -> list[Path]:
    return [path for path in (folder, *folder.parents) if not path.exists()]


def _place_for_sockets(state: Path, accounts: Accounts) -> Path:
    inside = state / "sockets"
    # PostgreSQL takes a list of folders: a comma or a quote in the path would end the first of them.
    if len(os.fsencode(inside / _SOCKET_NAMES)) <= LONGEST_SOCKET and not set(os.fspath(inside)) & set(',"'):
        own(inside, accounts.invoker, mode=0o711)
        return inside
    outside = Path(tempfile.mkdtemp(prefix="tutela-", dir="/tmp"))
    outside.chmod(0o711 if accounts.apart else 0o700)
    return outside


def _lay_out(home: Home, accounts: Accounts) -> None:
    """The folder of a socket is the fence: the sockets themselves are open to whoever gets that far."""
    home.state.chmod(0o711 if accounts.apart else 0o700)
    door_group = accounts.doors.gid
    private = 0o750 if accounts.apart else 0o700
    own(home.database_sockets, accounts.services, mode=private, group=door_group)
    own(home.broker_socket.parent, accounts.services, mode=private, group=door_group)
    own(home.queue, accounts.services, mode=0o700)
    own(home.beat, accounts.doors, mode=0o700)
    own(home.mailbox, accounts.doors, mode=0o700)
    own(home.logs, accounts.invoker, mode=0o700)
    own(home.secrets, accounts.invoker, mode=private, group=door_group)


def _refuse_unreachable(state: Path, accounts: Accounts) -> None:
    """We open no folder that is not ours: a state below a closed one has to move."""
    closed = [folder for folder in state.parents if not folder.stat().st_mode & 0o001]
    if accounts.apart and closed:
        name = accounts.services.name
        raise SystemExit(
            f"{closed[-1]} is closed to {name}, who keeps the data. Set TUTELA_STATE to another folder."
        )


def _remove_if_free(folder: Path) -> None:
    if not holder_of(folder):
        shutil.rmtree(folder, ignore_errors=True)

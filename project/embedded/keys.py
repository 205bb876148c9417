"""Random secrets, made once a state folder. Root and the doors' account read them; nobody else."""

import base64
import os
import secrets
from pathlib import Path

from project.embedded.accounts import Accounts
from project.embedded.home import Home

NAMES = ("SECRET_KEY", "PEPPER", "KEK")


def make_keys(home: Home, accounts: Accounts) -> None:
    for name in NAMES:
        path = key_file(home, name)
        if not path.exists():
            _write(path, _new_key(name), accounts)


def key_file(home: Home, name: str) -> Path:
    return home.secrets / name.lower()


def key_files(home: Home) -> dict[str, str]:
    return {f"TUTELA_{name}_FILE": os.fspath(key_file(home, name)) for name in NAMES}


def _new_key(name: str) -> str:
    if name == "KEK":
        return base64.b64encode(secrets.token_bytes(32)).decode()
    return secrets.token_urlsafe(64)


def _write(path: Path, key: str, accounts: Accounts) -> None:
    """Whole or not at all: a key cut short by a power failure would lock the data for ever."""
    draft = path.with_suffix(".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    if accounts.apart:
        os.chown(draft, accounts.invoker.uid, accounts.doors.gid)
        draft.chmod(0o640)
    draft.replace(path)

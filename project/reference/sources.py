"""Find the modules of the product, so that no page of the reference needs a list kept by hand."""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType

PACKAGES = ("audit", "intake", "referrals", "project")
LEFT_OUT = {"demo", "embedded", "forms", "management", "migrations", "reference", "urls", "views", "wsgi"}


@cache
def modules() -> tuple[ModuleType, ...]:
    """Every module that can hold a vocabulary or a verb; doors, forms, migrations and start-up code are left out."""
    return tuple(import_module(name) for package in PACKAGES for name in sorted(_names(package)))


def named(name: str) -> Iterator[tuple[str, ModuleType]]:
    """The module of this name in each app that has one, with the app's name."""
    for module in modules():
        if module.__name__.count(".") == 1 and module.__name__.endswith(f".{name}"):
            yield module.__name__.split(".")[0], module


def _names(package: str) -> Iterator[str]:
    root = import_module(package)
    for found in walk_packages(root.__path__, f"{package}."):
        if not LEFT_OUT & set(found.name.split(".")):
            yield found.name

"""The product's own code, for tests that read or import all of it."""

import importlib
import pkgutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("audit", "intake", "referrals", "project")


def import_everything() -> None:
    """So that every verb has been declared. The embedded start is no part of the web process."""
    for package in PACKAGES:
        for module in pkgutil.walk_packages([str(ROOT / package)], f"{package}."):
            if not {"migrations", "embedded", "wsgi"} & set(module.name.split(".")):
                importlib.import_module(module.name)

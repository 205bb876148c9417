"""Every walk: a module `walk*.py` beside this one, whose `steps()` begin in an empty house.

Each place to die at is tried on the shortest walk that passes it, so a new area is a file of its own.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.failpoints.stepping import Step

WALKS: dict[str, Callable[[], Iterator[Step]]] = {
    found.name: importlib.import_module(f"tests.failpoints.{found.name}").steps
    for found in pkgutil.iter_modules([str(Path(__file__).parent)])
    if found.name.startswith("walk") and found.name != "walks"
}

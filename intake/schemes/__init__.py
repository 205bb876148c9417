"""Classification schemes: versioned vocabularies, each a file of its own. Pure.

A file is never edited once it was used: a newer version is a new file with a new name, and an assessment keeps the
name of the scheme under which it was made. Source of what this release ships: the hotline handbook page, part 3.
"""

from collections.abc import Mapping

from intake.schemes.files import read, read_shipped
from intake.schemes.outcome import HostKnownBy, Verdict
from intake.schemes.scheme import NOT_DETERMINED, Dimension, Scheme, SchemeError, UnmappedValue, Value

__all__ = [
    "NOT_DETERMINED",
    "SCHEME",
    "Dimension",
    "HostKnownBy",
    "Scheme",
    "SchemeError",
    "UnmappedValue",
    "Value",
    "Verdict",
    "check_mapping",
    "read",
    "read_shipped",
]

SCHEME = "tutela-baseline-2"
"""The scheme in use, unless the hotline names a file of its own."""


def check_mapping(dimension: str, mapping: Mapping[str, object], scheme: Scheme | None = None) -> None:
    """Raise UnmappedValue unless every value of the dimension has an entry; the default is the shipped scheme."""
    (scheme or read_shipped(SCHEME)).dimension(dimension).check_mapping(mapping)

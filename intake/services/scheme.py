"""The classification scheme in use, and the older ones under which past assessments were made."""

from functools import cache
from pathlib import Path

from django.conf import settings

from intake import schemes
from intake.schemes import SCHEME, Scheme, SchemeError


def current() -> Scheme:
    """The hotline's own file if it names one, else the shipped scheme. Raises SchemeError, also found at start."""
    return own(settings.TUTELA_SCHEME_FILE) if settings.TUTELA_SCHEME_FILE else schemes.read_shipped(SCHEME)


@cache
def own(file: str) -> Scheme:
    """The scheme of the hotline's file, with every dimension that an assessment needs. Raises SchemeError."""
    return schemes.read(Path(file), to_assess=True)


@cache
def named(name: str) -> Scheme | None:
    """A scheme by its name: one of this release, or an older file that lies beside the hotline's own."""
    try:
        return schemes.read_shipped(name)
    except SchemeError:
        return _beside_our_own(name)


def label(name: str, dimension: str, code: str) -> str:
    """The English word of a value in the scheme it was chosen from; the code itself where nothing tells."""
    scheme = named(name)
    try:
        return scheme.dimension(dimension).label_of(code) if scheme else code
    except schemes.UnmappedValue:
        return code


def question(name: str, dimension: str) -> str:
    """The English words of a dimension in the scheme; its code where nothing tells."""
    scheme = named(name)
    try:
        return scheme.dimension(dimension).label if scheme else dimension
    except schemes.UnmappedValue:
        return dimension


def _beside_our_own(name: str) -> Scheme | None:
    if not settings.TUTELA_SCHEME_FILE:
        return None
    try:
        return schemes.read(Path(settings.TUTELA_SCHEME_FILE).with_name(f"{name}.json"))
    except SchemeError:
        return None

"""The catalogue of strings for people: found in code and templates, kept as .po, compiled to .mo.

Babel does the work, so that no system package of gettext is needed.
"""

import io
import os
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

PACKAGES = ("audit", "intake", "project", "referrals")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "npgettext": ((1, "c"), 2, 3),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
SHORT_MONTHS = (
    *("Jan.", "Feb.", "March", "April", "May", "June"),
    *("July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec."),
)
"""Django translates these, but not every language of it writes them as we do; ours is read first."""
# Without dates and versions of tools, so that a run that finds nothing new changes nothing.
HEADER = """\
# Strings of Tutela. Written by `./run manage messages`; edit the translations, not the sources.
msgid ""
msgstr ""
"Project-Id-Version: Tutela\\n"
"Language: {language}\\n"
"Plural-Forms: {plural_forms};\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def collect(root: Path) -> Catalog:
    """Every string that code and templates below `root` mark for translation."""
    catalog = Catalog(project="Tutela", charset="utf-8")
    for path in _sources(root):
        place = str(path.relative_to(root))
        for line, message, comments, context in extract(
            "python", _as_python(path), KEYWORDS, ["Translators:"]
        ):
            catalog.add(message, None, [(place, line)], auto_comments=comments, context=context)
    for name in MONTHS:
        catalog.add(name, None, [("django/utils/dates.py", 0)])
    for name in SHORT_MONTHS:
        catalog.add(name, None, [("django/utils/dates.py", 0)], context="abbrev. month")
    return catalog


def update(root: Path, language: str) -> None:
    """Bring the catalogue of a language up to date, at once: nobody reads half a file."""
    path = po_file(root, language)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".po.new")
    fresh.write_bytes(rendered(merged(root, language), language))
    fresh.replace(path)


def merged(root: Path, language: str) -> Catalog:
    """What is translated already with what the sources hold now; nothing is guessed, what is gone is dropped."""
    known = read(root, language) if po_file(root, language).exists() else Catalog(locale=language)
    known.update(collect(root), no_fuzzy_matching=True)
    known.obsolete.clear()
    return known


def rendered(catalog: Catalog, language: str) -> bytes:
    """The .po of a catalogue: the same strings give the same bytes."""
    body = io.BytesIO()
    write_po(body, catalog, include_lineno=False, omit_header=True, sort_output=True, width=110)
    head = HEADER.format(language=language, plural_forms=catalog.plural_forms.rstrip(";"))
    return head.encode() + body.getvalue()


def read(root: Path, language: str) -> Catalog:
    return read_po(io.BytesIO(po_file(root, language).read_bytes()), locale=language)


def compile_catalogue(root: Path, language: str) -> Path:
    """Write the .mo that the running product reads, unless it is newer than its source."""
    source = po_file(root, language)
    target = source.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
        return target
    catalog = read(root, language)
    fresh = target.with_suffix(f".mo.{os.getpid()}")  # two starts at once must not take each other's file
    with fresh.open("wb") as file:
        write_mo(file, catalog)
    # Read by the doors' account, whatever the umask of the one that compiles.
    fresh.chmod(0o644)
    fresh.replace(target)
    return target


def untranslated(root: Path, language: str) -> list[str]:
    """Strings that have no translation in the catalogue, or are not in it at all."""
    known = read(root, language)
    return [str(found.id) for found in collect(root) if found.id and not _has(known, found.id, found.context)]


def po_file(root: Path, language: str) -> Path:
    return root / "project" / "locale" / language / "LC_MESSAGES" / "django.po"


def _has(catalog: Catalog, message: str | tuple[str, ...] | list[str], context: str | None) -> bool:
    entry = catalog.get(message[0] if isinstance(message, tuple | list) else message, context)
    if entry is None:
        return False
    return all(entry.string) if isinstance(entry.string, tuple | list) else bool(entry.string)


def _sources(root: Path) -> Iterator[Path]:
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*")):
            if path.suffix in {".py", ".html"} and "migrations" not in path.parts:
                yield path


def _as_python(path: Path) -> io.BytesIO:
    text = path.read_text()
    return io.BytesIO((templatize(text) if path.suffix == ".html" else text).encode())

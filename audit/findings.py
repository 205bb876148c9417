"""What a verification found. Pure: no Django, no database."""

from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

LISTED = 20
_ROOM = 400


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong. `index` is the entry's place in the log; None when no entry can be named."""

    index: int | None
    event_id: UUID | None
    what: str

    @property
    def order(self) -> tuple[int, str]:
        """What is missing comes first: it explains what follows."""
        return (-1 if self.index is None else self.index, self.what)

    def __str__(self) -> str:
        place = "-" if self.index is None else str(self.index)
        return f"index {place}, entry {self.event_id or '-'}: {self.what}"


class Findings:
    """Counts all, keeps the first twenty in the order of the log, whatever the order they are found in."""

    def __init__(self) -> None:
        self.total = 0
        self._kept: list[Finding] = []

    def add(self, index: int | None, event_id: UUID | None, what: str) -> None:
        self.total += 1
        self._kept.append(Finding(index, event_id, what))
        if len(self._kept) > _ROOM:
            self._kept = self.first

    def take(self, other: "Findings") -> None:
        """All of the other's, too."""
        self.total += other.total
        self._kept = [*self._kept, *other.first]

    @property
    def first(self) -> list[Finding]:
        return sorted(self._kept, key=lambda finding: finding.order)[:LISTED]


@dataclass
class Report:
    """The verdict on the whole log at one moment."""

    entries: int = 0
    objects: Counter[str] = field(default_factory=Counter)
    texts: int = 0
    erased: int = 0
    seconds: float = 0.0
    findings: Findings = field(default_factory=Findings)
    warnings: Findings = field(default_factory=Findings)

    @property
    def ok(self) -> bool:
        return self.findings.total == 0

    @property
    def counted(self) -> list[tuple[str, int]]:
        return sorted((kind, number) for kind, number in self.objects.items() if number)

    @property
    def first_bad(self) -> Finding | None:
        return next(iter(self.findings.first), None)

    @property
    def last_index_before(self) -> int | None:
        """Up to here nothing was found. None when nothing can be said."""
        bad = self.first_bad
        return bad.index - 1 if bad and bad.index is not None else None

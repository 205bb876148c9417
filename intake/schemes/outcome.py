"""The words on which the next steps of a case hang. A scheme may rename or leave out, never add. Pure."""

from enum import StrEnum


class Verdict(StrEnum):
    """Outcome of an assessment, most severe first. A hotline says "probably": only a court decides."""

    BASELINE_CSAM = "baseline_csam"
    NATIONAL_CSAM = "national_csam"
    OTHER_ILLEGAL = "other_illegal"
    NOT_ILLEGAL = "not_illegal"
    NOT_FOUND = "not_found"
    NOT_ACCESSIBLE = "not_accessible"
    OUT_OF_REMIT = "out_of_remit"

    @property
    def illegal(self) -> bool:
        return self in {Verdict.BASELINE_CSAM, Verdict.NATIONAL_CSAM, Verdict.OTHER_ILLEGAL}


class HostKnownBy(StrEnum):
    """How the analyst knows the hosting country."""

    LOOKUP = "lookup"
    PLATFORM = "platform"
    REPORTER = "reporter"
    UNKNOWN = "unknown"

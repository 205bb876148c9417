"""The log verifies: entries unchanged, every act has its entry, replay leads to today's rows."""

from audit.verify import verify


def assert_verified() -> None:
    report = verify()
    assert report.ok, "\n".join(map(str, report.findings.first))

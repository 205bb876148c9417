"""Take again what is derived: which characters the fonts draw, and the payload of each sample document
with its digest in the receipts.

    python -m tests.destinations.regenerate

Run it after a change that is meant; look at the difference before you commit it.
"""

import json
from pathlib import Path

from fontTools.ttLib import TTFont

from referrals import destinations, documents
from referrals.documents import printing

HOME = Path(destinations.__file__).parent
FONTS = HOME / "police_package" / "fonts"
COVERAGE = Path(printing.__file__).parent / "coverage.json"


def drawn() -> list[list[int]]:
    """What every font has a shape for, as runs of numbers: [first, last]."""
    maps = [set(TTFont(path).getBestCmap()) for path in sorted(FONTS.glob("*.ttf"))]
    runs: list[list[int]] = []
    for number in sorted(set.intersection(*maps)):
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return runs


def main() -> None:
    COVERAGE.write_text(json.dumps(drawn()) + "\n")
    for key, destination in destinations.registry().items():
        samples = HOME / key / "samples"
        document = documents.from_bytes((samples / "document.json").read_bytes())
        (samples / "document.json").write_bytes(documents.to_bytes(document))
        (sample,) = samples.glob("payload.*")
        sealed = destination.seal(destination.build(document), {})
        sample.write_bytes(sealed.content)
        for path in (samples / "receipts").glob("*.json"):
            path.write_text(
                json.dumps({**json.loads(path.read_text()), "sha256": sealed.digest.hex()}) + "\n"
            )


if __name__ == "__main__":
    main()

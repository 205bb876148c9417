"""Keep the figures where the handbook shows them, with what they were measured on."""

import json
import os
import platform
import subprocess
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from django.db import connection

from benchmarks.measure import Result

FILE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "measured.json"


def write(results: list[Result]) -> None:
    """Replace the file: figures of different runs are never mixed."""
    found = {
        "commit": _commit(),
        "date": datetime.now(UTC).date().isoformat(),
        "machine": {
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "postgresql": _server_version(),
            "processor": platform.machine(),
        },
        "results": [asdict(result) for result in results],
    }
    FILE.write_text(json.dumps(found, indent=2) + "\n")


def _server_version() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return str(cursor.fetchone()[0])


def _commit() -> str:
    command = ["git", "-C", str(FILE.parent), "rev-parse", "--short", "HEAD"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()

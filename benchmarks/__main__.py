"""`./run bench [--json]`: one line a measurement."""

import os
import sys

import django
import psycopg

from benchmarks.measure import Result

TABLE = """
DROP TABLE IF EXISTS bench_plain;
CREATE TABLE bench_plain (id uuid PRIMARY KEY, thread uuid NOT NULL, name text NOT NULL, kind text NOT NULL,
  still_online text NOT NULL, danger boolean NOT NULL, at timestamptz NOT NULL);
CREATE INDEX ON bench_plain (thread);
GRANT INSERT ON bench_plain TO tutela_app;
"""


def main() -> int:
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute(TABLE)
    django.setup()
    from benchmarks import log, web
    from project.demo import house

    house.set_up()
    with web.bare_server() as bare:
        _tell(web.public_post(bare))
        _tell(web.queue_page(bare))
    _tell(log.transaction())
    _tell(log.verification())
    return 0


def _tell(result: Result) -> None:
    print(result.as_json() if "--json" in sys.argv else result.as_line(), flush=True)


if __name__ == "__main__":
    raise SystemExit(main())

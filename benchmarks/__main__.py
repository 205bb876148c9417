"""`./run bench [--json] [--write]`: one line a measurement; --write keeps the figures in the handbook."""

import os
import sys

import django
import psycopg

from benchmarks import record
from benchmarks.measure import Result

TABLE = """
DROP TABLE IF EXISTS bench_plain;
CREATE TABLE bench_plain (id uuid PRIMARY KEY, thread uuid NOT NULL, name text NOT NULL, kind text NOT NULL,
  still_online text NOT NULL, danger boolean NOT NULL, at timestamptz NOT NULL);
CREATE INDEX ON bench_plain (thread);
GRANT INSERT ON bench_plain TO tutela_app;
"""


def main() -> int:
    with psycopg.connect(os.environ["TUTELA_BENCH_OWNER_URL"], autocommit=True) as owner:
        owner.execute(TABLE)
    django.setup()
    from benchmarks import log, web
    from project.demo import house

    house.set_up()
    with web.bare_server() as bare:
        results = [_told(web.public_post(bare)), _told(web.queue_page(bare))]
    results += [_told(log.transaction()), _told(log.verification())]
    if "--write" in sys.argv:
        record.write(results)
    return 0


def _told(result: Result) -> Result:
    print(result.as_json() if "--json" in sys.argv else result.as_line(), flush=True)
    return result


if __name__ == "__main__":
    raise SystemExit(main())

"""What `./run` can do."""

import sys
from collections.abc import Callable

from project.embedded.alarm import Stop
from project.embedded.lock import StateInUse
from project.embedded.processes import say
from project.embedded.supervisor import Failed

HELP = """Tutela, in one command.

  ./run                     start everything, stay up; Ctrl-C stops
  ./run demo [reports.csv]  the whole way of a report without a person, from our sample or your file
  ./run test [arguments]    lint, types, walls and tests; with arguments only pytest, with them
  ./run check               lint, types, walls and migrations
  ./run manage ...          a Django command with the embedded services, e.g. ./run manage verify_audit
  ./run bench [--json]      measure; --write keeps the figures in docs/reference/measured.json
  ./run help                this

State is kept below TUTELA_STATE; without it, root's below /var/lib/tutela and everybody else's in .state.
PG_BINDIR names another PostgreSQL (15 to 18)."""


def main(arguments: list[str]) -> int:
    name, rest = (arguments[0], arguments[1:]) if arguments else ("serve", [])
    command = _commands().get(name)
    if command is None:
        say(f"./run {name} is not known.\n\n{HELP}")
        return 2
    try:
        return command(rest)
    except Stop as stop:
        return stop.exit_code
    except StateInUse as holder:
        say(f"Tutela is already running here ({holder}). Stop it first, or give TUTELA_STATE another folder.")
    except Failed as failure:
        say(str(failure))
    except KeyboardInterrupt:
        return 130
    return 1


def _commands() -> dict[str, Callable[[list[str]], int]]:
    from project.embedded import managing, quality, serving, testing

    return {
        "bench": serving.bench,
        "check": lambda _rest: quality.check(),
        "demo": serving.demo,
        "help": lambda _rest: print(HELP) or 0,
        "manage": managing.manage,
        "serve": serving.serve,
        "test": testing.test,
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

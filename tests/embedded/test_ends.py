"""However it ends, nothing stays behind; whatever dies comes back."""

import os
import signal
import time
from http.client import HTTPConnection, HTTPException

import pytest

from tests.embedded.machine import Machine, command_line, family, lives, wait_until

SERVERS_ONLY = """
import sys
from project.embedded.__main__ import main
from project.embedded import __main__, session
def servers(_rest):
    with session.session("serve", hasty=True) as opened:
        opened.start_servers()
        print("Tutela is up", flush=True)
        opened.supervisor.watch()
__main__._commands = lambda: {"serve": servers}
sys.exit(main([]))
"""
# Words of command lines, in the order of the end.
ORDER = ["-m granian ", " worker ", " beat ", "embedded.mailbox ", "valkey-server ", "bin/postgres "]


def test_every_door_answers(tutela: Machine) -> None:
    for door, port in tutela.doors.items():
        assert f"http://localhost:{port}" in tutela.said
        assert _answers(port), door


def test_a_second_start_is_refused_in_plain_words(tutela: Machine) -> None:
    second = tutela.run()
    assert second.returncode == 1
    assert f"already running here (pid {tutela.pid})" in second.stderr
    assert _answers(tutela.ports["desk"])


def test_a_command_joins_the_running_services(tutela: Machine) -> None:
    asked = "from django.db import connection as c; k = c.cursor(); "
    asked += "k.execute('SELECT current_user'); print(k.fetchone())"
    told = tutela.run("manage", "shell", "--no-imports", "-c", asked)
    assert told.stdout.strip() == "('tutela_app',)", told.stderr


def test_a_command_before_the_first_start_finds_its_tables(machine: Machine) -> None:
    first = ("--role", "administrator", "--name", "Eva", "--email", "eva@example.org")
    told = machine.run("manage", "add_person", *first)
    assert told.returncode == 0, told.stderr
    assert "first password, shown only now" in told.stdout
    unfit = machine.run("manage", "add_person", "--role", "analyst", *first[2:])
    assert unfit.returncode == 1
    assert "Traceback" not in unfit.stderr


def test_the_exit_code_of_a_command_is_handed_on(tutela: Machine) -> None:
    assert tutela.run("manage", "shell", "--no-imports", "-c", "raise SystemExit(7)").returncode == 7


@pytest.mark.parametrize("word", ORDER)
def test_a_killed_service_leaves_no_orphan_and_comes_back(word: str, tutela: Machine) -> None:
    main = tutela.children(word)[0]
    told = command_line(main)
    group = [main, *family(main)]
    os.kill(main, signal.SIGKILL)
    wait_until(lambda: not any(map(lives, group)), what=f"the end of {group}", seconds=30)
    wait_until(lambda: any(command_line(pid) == told for pid in tutela.children(word)), what="the restart")
    wait_until(lambda: _works(tutela), what="an answer of every door")


def test_the_guard_comes_back_too(tutela: Machine) -> None:
    guard = tutela.children("guard.py")[0]
    os.kill(guard, signal.SIGKILL)
    wait_until(lambda: tutela.children("guard.py") not in ([], [guard]), what="another guard")


def test_nothing_survives_a_killed_supervisor_and_the_next_start_works(tutela: Machine) -> None:
    everyone = family(tutela.pid)
    assert len(everyone) > 10
    tutela.end(signal.SIGKILL)
    wait_until(lambda: not any(map(lives, everyone)), what="the end of all", seconds=30)
    tutela.be_up()
    assert _works(tutela)


def test_nothing_survives_when_supervisor_and_guard_are_killed_together(machine: Machine) -> None:
    machine.be_up("-c", SERVERS_ONLY)
    everyone = family(machine.pid)
    os.kill(machine.children("guard.py")[0], signal.SIGKILL)
    machine.end(signal.SIGKILL)
    wait_until(lambda: not any(map(lives, everyone)), what="the end of all", seconds=30)


def test_ctrl_c_stops_doors_then_workers_then_the_clock_then_the_servers(tutela: Machine) -> None:
    mains = {word: tutela.children(word) for word in ORDER}
    everyone = family(tutela.pid)
    assert tutela.process
    tutela.process.send_signal(signal.SIGINT)
    ended = _watch_the_end(mains)
    assert tutela.process.wait(timeout=30) == 130
    assert ended == ORDER
    assert not any(map(lives, everyone))


def test_sigterm_is_an_orderly_end(machine: Machine) -> None:
    machine.be_up("-c", SERVERS_ONLY)
    everyone = family(machine.pid)
    assert machine.end(signal.SIGTERM) == 0
    assert not any(map(lives, everyone))
    assert "shut down" in (machine.state / "logs" / "postgres.log").read_text()


def test_a_start_that_is_interrupted_leaves_nothing(machine: Machine) -> None:
    with (machine.base / "said").open("w") as output:
        machine.process = machine._popen([], output)
    wait_until(lambda: bool(machine.children("bin/postgres ")), what="the first server")
    everyone = family(machine.pid)
    assert machine.end(signal.SIGINT) == 130
    assert not any(map(lives, everyone))


def _watch_the_end(mains: dict[str, list[int]]) -> list[str]:
    """The kinds of process in the order in which their last one ended.

    Looks at the last to end first: whoever is to go before it has then gone by the time it is looked at.
    """
    ended: list[str] = []
    deadline = time.monotonic() + 60
    while len(ended) < len(mains) and time.monotonic() < deadline:
        alive = {word for word, pids in reversed(mains.items()) if any(map(lives, pids))}
        ended += [word for word in mains if word not in alive and word not in ended]
    return ended


def _works(tutela: Machine) -> bool:
    return all(_answers(port) for port in tutela.doors.values())


def _answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", "/healthz", headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()

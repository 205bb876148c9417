"""`./run`, `./run demo`, `./run bench`: the whole stack, for people, for a proof, for a measurement."""

import os
import sys
from pathlib import Path

from project.embedded import environment, mailbox, postgres
from project.embedded.alarm import Stop
from project.embedded.environment import DOORS, MAIL, door_url
from project.embedded.home import CLONE
from project.embedded.ports import any_ports, preferred_ports
from project.embedded.processes import say
from project.embedded.session import session
from project.embedded.stack import Stack
from project.embedded.supervisor import Supervisor

FOR_WHOM = {"public": "the public", "desk": "the hotline's people", "partner": "agencies"}


def serve(arguments: list[str]) -> int:
    """Up until SIGTERM or Ctrl-C. The state stays for the next start."""
    if arguments:
        raise SystemExit("./run takes no arguments; see ./run help")
    with session("serve") as opened:
        stack = Stack(opened, preferred_ports())
        stack.start()
        sign_ins = _seed(stack)
        stack.announce()
        _welcome(stack, sign_ins)
        return _stay_up(opened.supervisor)


def demo(arguments: list[str]) -> int:
    """The main job without a person, in a state folder of its own; its exit code is the answer."""
    files = [os.fspath(_existing(name)) for name in arguments]
    with session("demo", fresh=True, hasty=True) as opened:
        stack = Stack(opened, any_ports())
        stack.start()
        return _attend(stack, [CLONE / "manage.py", "demo", *files], command="demo")


def bench(arguments: list[str]) -> int:
    with session("bench", fresh=True) as opened:
        stack = Stack(opened, any_ports())
        stack.start()
        owner = {"TUTELA_BENCH_OWNER_URL": environment.database_url(opened.home, postgres.OWNER)}
        return _attend(stack, ["-m", "benchmarks", *arguments], command="bench", **owner)


def _stay_up(supervisor: Supervisor) -> int:
    try:
        supervisor.watch()
    except Stop as stop:
        say("Stopping ...")
        return stop.exit_code


def _attend(stack: Stack, python_arguments: list[str | Path], *, command: str, **extra: str) -> int:
    told = environment.terminal(environment.command(stack.everyone, stack.session.home, command) | extra)
    return stack.session.supervisor.attend([sys.executable, *python_arguments], told, CLONE)


def _seed(stack: Stack) -> str:
    """The demo's people and cases, once a state folder; what it printed is kept to be shown at each start."""
    kept = stack.session.home.state / "sign-ins.txt"
    addresses = {door_url(stack.ports[door]): f"<{door}>" for door in DOORS}
    if not kept.exists():
        say("Making the demo's people and cases ...")
        (stack.session.home.logs / "seed_demo.log").unlink(missing_ok=True)  # of a try that failed
        seeding = stack.manage("seed_demo")
        stack.session.supervisor.run(seeding)
        _keep(kept, stack.session.home.logs / "seed_demo.log", addresses)
    told = kept.read_text()
    for address, door in addresses.items():
        told = told.replace(door, address)
    return told.rstrip()


def _keep(kept: Path, printed: Path, addresses: dict[str, str]) -> None:
    """Passwords: for the invoker's eyes. Doors may have other ports next time, so they are kept by name."""
    text = printed.read_text()
    for address, door in addresses.items():
        text = text.replace(address, door)
    printed.unlink()
    draft = kept.with_suffix(".new")
    draft.touch(mode=0o600)
    draft.write_text(text)
    draft.replace(kept)


def _welcome(stack: Stack, sign_ins: str) -> None:
    lines = [f"  {door_url(stack.ports[door])}  {door}: for {FOR_WHOM[door]}" for door in DOORS]
    lines += _post(stack)
    print("\nTutela is up.\n" + "\n".join(lines) + f"\n\n{sign_ins}\n\nCtrl-C stops it.", flush=True)


def _post(stack: Stack) -> list[str]:
    """Where what is mailed to agencies is kept, and how much there is. Nothing of it leaves the machine."""
    if MAIL not in stack.ports:
        return []
    folder = stack.session.home.mailbox
    return [f"  mail to agencies stays here: {folder} ({len(mailbox.messages(folder))} so far)"]


def _existing(name: str) -> Path:
    path = Path(name).resolve()
    if not path.is_file():
        raise SystemExit(f"{name} is not a file.")
    return path

"""Every verb writes what it declared; every action that can be written is somebody's; nobody writes past a verb."""

import ast
from pathlib import Path

import pytest

from audit import log
from audit.acts import VERBS
from intake.actions import SENTENCES as INTAKE
from project.actions import SENTENCES as PROJECT
from referrals.actions import SENTENCES as REFERRALS
from tests.code import PACKAGES, ROOT, import_everything

ACTIONS = {action.value for action in (*INTAKE, *PROJECT, *REFERRALS)}
WRITERS = ("append", "note")


def sources() -> dict[Path, ast.Module]:
    files = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    return {path: ast.parse(path.read_text()) for path in files if "migrations" not in path.parts}


def _actions_named(tree: ast.AST) -> set[str]:
    """`Action.CASE_OPEN` as CASE_OPEN, wherever it is named."""
    return {
        node.attr
        for node in ast.walk(tree)
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id.endswith("Action")
        )
        or (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Attribute)
            and node.value.attr == "Action"
        )
    }


def test_what_a_verb_declares_the_log_can_say() -> None:
    import_everything()
    assert VERBS
    assert {action for declared in VERBS.values() for action in declared} <= ACTIONS


def test_every_action_is_used_outside_its_vocabulary() -> None:
    used: set[str] = set()
    for path, tree in sources().items():
        if path.name != "actions.py":
            used |= _actions_named(tree)
    named = {action.name for action in (*INTAKE, *PROJECT, *REFERRALS)}
    assert named - used == set()


def test_every_action_is_declared_by_a_verb_or_written_as_a_note() -> None:
    import_everything()
    declared = {action for actions in VERBS.values() for action in actions}
    noted = set()
    for tree in sources().values():
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            if isinstance(call.func, ast.Attribute) and call.func.attr in {"note", "act"}:
                noted |= _actions_named(call)
    by_name = {action.name: action.value for action in (*INTAKE, *PROJECT, *REFERRALS)}
    assert ACTIONS - declared - {by_name[name] for name in noted} == set()


def test_actions_stand_in_order_and_follow_the_grammar() -> None:
    for sentences in (INTAKE, PROJECT, REFERRALS):
        names = [action.value for action in sentences]
        assert names == sorted(names)
        assert all(log.known(name) for name in names)


@pytest.mark.parametrize("package", ["intake", "referrals", "project"])
def test_every_action_has_one_owner(package: str) -> None:
    owners = {"intake": INTAKE, "referrals": REFERRALS, "project": PROJECT}
    others = {action.value for name, said in owners.items() if name != package for action in said}
    assert not {action.value for action in owners[package]} & others


def test_a_verb_takes_keywords_only_and_says_what_it_takes() -> None:
    wrong = []
    for path, tree in sources().items():
        for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
            if not any(_is_verb(decorator) for decorator in function.decorator_list):
                continue
            arguments = function.args
            typed = all(argument.annotation for argument in arguments.kwonlyargs) and function.returns
            if arguments.args or arguments.posonlyargs or not typed:
                wrong.append(f"{path.relative_to(ROOT)}:{function.lineno} {function.name}")
    assert wrong == []


def _is_verb(decorator: ast.expr) -> bool:
    return (
        isinstance(decorator, ast.Call)
        and isinstance(decorator.func, ast.Name)
        and decorator.func.id == "verb"
    )

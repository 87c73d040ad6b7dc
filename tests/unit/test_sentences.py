"""What the service says to people has a code of its own, wherever it may reach a desktop."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

import server
from server.contract import Phrase, Problem, Sentence
from server.contract.sentences import phrase_of
from server.errors import Conflict, ServiceError, StartError

ROOT = Path(server.__file__).parent

#: Where sentences of other kinds are at home, and why no desktop ever meets them.
ELSEWHERE = {
    "cli": "said in a terminal",
    "errors.py": "the one place where they are made",
    "operations/http_server.py": "what is no HTTP was not sent by a desktop",
}
#: Tables of phrases that errors are raised from.
TABLES = {"_REFUSALS", "FAULT_PHRASES"}


def test_every_error_that_may_reach_a_desktop_is_raised_with_a_phrase() -> None:
    free = [f"{path}:{call.lineno}: {ast.unparse(call)}" for path, call in _errors() if not _has_phrase(call)]
    assert not free, "\n".join(free)


def test_every_phrase_is_said_with_its_parameters() -> None:
    wrong = []
    for path, call in _calls():
        phrase, names = _phrase_of(call)
        if phrase is not None and names != phrase.names:
            wrong.append(f"{path}:{call.lineno}: {phrase.code} takes {sorted(phrase.names)}, not {sorted(names)}")
    assert not wrong, "\n".join(wrong)


def test_every_phrase_is_said_somewhere() -> None:
    said = {
        node.attr
        for _, tree in _trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Phrase"
    }
    assert {phrase.name for phrase in Phrase} == said


@pytest.mark.parametrize(
    ("sentence", "english"),
    [
        (Phrase.TOO_MANY_ATTEMPTS.says(wait=90), "Too many attempts. Try again in 90 seconds."),
        (Phrase.TOO_MANY_ATTEMPTS.says(wait=3600.0), "Too many attempts. Try again in 1 hour."),
        (Phrase.TEMPLATE_TOO_LONG.says(most=150_000), "is longer than 150,000 characters."),
        (
            Phrase.LIMIT_USED_UP.says(account="a", at=datetime(2026, 11, 27, 17, 5, tzinfo=UTC)),
            "The sending limit of a is used up. Try again at 17:05:00 UTC.",
        ),
        (
            Phrase.TRIED_WITH.says(problem=Phrase.TEMPLATE_EMPTY.says(), whom=Phrase.A_VERY_LONG_NAME.says()),
            "is empty. (Tried with a very long name.)",
        ),
        (Sentence(code="ofANewerServer", params={"name": "ann"}), ""),
    ],
)
def test_a_sentence_crosses_the_wire_and_is_rendered_on_the_other_side(sentence: Sentence, english: str) -> None:
    assert Sentence.model_validate_json(sentence.model_dump_json()).english == english


def test_a_phrase_is_not_said_without_its_parameters() -> None:
    with pytest.raises(ValueError, match=r"nameTaken takes \['name'\], not \[\]"):
        Phrase.NAME_TAKEN.says()


def test_a_refusal_carries_the_sentence_and_its_english() -> None:
    problem = Conflict(Phrase.NAME_TAKEN, name="ann").problem
    assert Problem.model_validate_json(problem.model_dump_json()) == problem
    assert problem.sentence is not None
    assert problem.sentence.code == "nameTaken"
    assert problem.message == problem.sentence.english == "There is already an admin named 'ann'. Choose another name."
    assert phrase_of(problem.sentence.code) is Phrase.NAME_TAKEN


def _calls() -> Iterator[tuple[str, ast.Call]]:
    for path, tree in _trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield path, node


@cache
def _trees() -> list[tuple[str, ast.Module]]:
    files = sorted(ROOT.rglob("*.py"))
    return [(each.relative_to(ROOT).as_posix(), ast.parse(each.read_text(encoding="utf-8"))) for each in files]


def _errors() -> Iterator[tuple[str, ast.Call]]:
    """Each place where an error for clients is made; those of a service that cannot start have none."""
    names = _error_names()
    for path, call in _calls():
        at_home = not any(path.startswith(place) for place in ELSEWHERE)
        if at_home and isinstance(call.func, ast.Name) and call.func.id in names:
            yield path, call


def _error_names() -> set[str]:
    for module in pkgutil.walk_packages(server.__path__, "server."):
        importlib.import_module(module.name)

    def below(kind: type[ServiceError]) -> Iterator[type[ServiceError]]:
        for each in kind.__subclasses__():
            if not issubclass(each, StartError):
                yield each
                yield from below(each)

    # Those with a constructor of their own know their phrase.
    return {each.__name__ for each in below(ServiceError) if each.__init__ is ServiceError.__init__} | {"Problem"}


def _has_phrase(call: ast.Call) -> bool:
    if not call.args:
        return False
    first = call.args[0]
    table = first.value if isinstance(first, ast.Subscript) else None
    return _phrase_named(first) is not None or (isinstance(table, ast.Name) and table.id in TABLES)


def _phrase_named(node: ast.expr) -> Phrase | None:
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Phrase":
        return Phrase[node.attr]
    return None


def _phrase_of(call: ast.Call) -> tuple[Phrase | None, set[str]]:
    names = {keyword.arg for keyword in call.keywords if keyword.arg is not None}
    if isinstance(call.func, ast.Attribute) and call.func.attr == "says":
        return _phrase_named(call.func.value), names
    return (_phrase_named(call.args[0]) if call.args else None), names - {"details"}

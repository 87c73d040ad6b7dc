"""The language of email templates: Jinja2, reduced to what one email to one new user needs.

A template fills in what is known of the user, and may decide by it (``if``). There are no loops, no arithmetic, no
assignments, no calls and no attributes, and only filters whose result grows with what they are given. So whatever the
data, filling one in takes time and space in proportion to its length: nothing has to be stopped by a clock, and a
template that was good when it was saved is good for every email. What is left runs in Jinja2's sandbox all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from server.contract import EmailTemplate, Phrase, Sentence, TemplatePart, TemplateProblem
from server.errors import Invalid

#: What a template may name.
NAMES = ("name", "email", "password", "login_url")
FILTERS = ("capitalize", "default", "escape", "length", "lower", "title", "trim", "truncate", "upper", "urlencode")
TESTS = ("defined", "none", "eq", "ne", "in", "lower", "upper")

#: Lists and mail servers' logs show subjects, so there the password has no place.
_NAMES_OF: Mapping[TemplatePart, tuple[str, ...]] = {
    TemplatePart.SUBJECT: ("name", "email", "login_url"),
    TemplatePart.TEXT: NAMES,
    TemplatePart.HTML: NAMES,
}

_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.If, nodes.CondExpr, nodes.And,
    nodes.Or, nodes.Not, nodes.Compare, nodes.Operand, nodes.Concat, nodes.Filter, nodes.Test, nodes.Tuple, nodes.List,
    nodes.Keyword,
)  # fmt: skip

#: What people call what they may not use.
_CALLED: Mapping[type[nodes.Node], Sentence] = {
    nodes.BinExpr: Phrase.ARITHMETIC.says(),
    nodes.For: Phrase.A_LOOP.says(),
    nodes.Assign: Phrase.AN_ASSIGNMENT.says(),
    nodes.AssignBlock: Phrase.AN_ASSIGNMENT.says(),
    nodes.Call: Phrase.A_CALL.says(),
    nodes.Getattr: Phrase.AN_ATTRIBUTE.says(),
    nodes.Getitem: Phrase.AN_ITEM.says(),
    nodes.Macro: Phrase.A_MACRO.says(),
    nodes.Scope: Phrase.A_BLOCK.says(),
    nodes.Include: Phrase.ANOTHER_TEMPLATE.says(how="include"),
    nodes.Import: Phrase.ANOTHER_TEMPLATE.says(how="import"),
    nodes.Extends: Phrase.ANOTHER_TEMPLATE.says(how="extends"),
}

#: Nesting of a template at most; far below what Python compiles anywhere.
_DEPTH = 40

#: Of one part: what begins with a brace, and what it is made of, at most. More takes seconds to compile.
_MOST_TAGS = 2000
_MOST_NODES = 10_000
_TAG = re.compile(r"{[{%#]")

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class Facts:
    """What is known of a new user."""

    name: str
    email: str
    password: str
    login_url: str


@dataclass(frozen=True)
class Letter:
    """A template filled in."""

    subject: str
    text: str
    html: str

    def part(self, part: TemplatePart) -> str:
        """One of the three."""
        return str(getattr(self, part.value))


class BrokenTemplate(Invalid):
    """A template that cannot be used; ``problems`` says what is wrong, part by part."""

    def __init__(self, problems: list[TemplateProblem]) -> None:
        super().__init__(
            Phrase.TEMPLATE_UNUSABLE,
            details={"problems": [problem.model_dump(mode="json") for problem in problems]},
            problem=describe(problems[0]),
        )
        self.problems = problems


class NotFilledIn(Exception):
    """The template has no result for these facts; ``part`` is the one that failed."""

    def __init__(self, part: TemplatePart, reason: str) -> None:
        super().__init__(reason)
        self.part = part


class CompiledTemplate:
    """A template ready to be filled in."""

    def __init__(self, parts: Mapping[TemplatePart, Template]) -> None:
        self._parts = parts

    def fill(self, facts: Facts) -> Letter:
        """The email to this user. Raises :class:`NotFilledIn`."""
        return Letter(**{part.value: self._fill(part, facts) for part in TemplatePart})

    def _fill(self, part: TemplatePart, facts: Facts) -> str:
        known = {name: getattr(facts, name) for name in _NAMES_OF[part]}
        try:
            filled = self._parts[part].render(known)
            filled.encode()  # not everything that can be written in a string can leave in an email
        except Exception as error:  # an expression of the template can raise anything
            raise NotFilledIn(part, str(error) or type(error).__name__) from error
        return filled


@cache
def default_source() -> EmailTemplate:
    """The template in ``resources/email``."""
    folder = files("resources").joinpath("email")
    subject, text, html = (
        folder.joinpath(f"activation.{suffix}").read_text(encoding="utf-8") for suffix in ("subject", "txt", "html")
    )
    return EmailTemplate(subject=subject, text=text, html=html)


@cache
def default_template() -> CompiledTemplate:
    """The same, ready."""
    return compile_template(default_source())


def compile_template(source: EmailTemplate) -> CompiledTemplate:
    """Raises :class:`BrokenTemplate` that names everything the language does not know."""
    compiled: dict[TemplatePart, Template] = {}
    problems: list[TemplateProblem] = []
    for part in TemplatePart:
        try:
            compiled[part] = _compile(part, source.part(part))
        except BrokenTemplate as error:
            problems += error.problems
    if problems:
        raise BrokenTemplate(problems)
    return CompiledTemplate(compiled)


_PARTS = {
    TemplatePart.SUBJECT: Phrase.SUBJECT.says(),
    TemplatePart.TEXT: Phrase.TEXT_PART.says(),
    TemplatePart.HTML: Phrase.HTML_PART.says(),
}


def describe(problem: TemplateProblem) -> Sentence:
    """One line for people, with where it is."""
    part, said = _PARTS[problem.part], problem.sentence or problem.reason
    if problem.line is None:
        return Phrase.TEMPLATE_PROBLEM.says(part=part, problem=said)
    return Phrase.TEMPLATE_PROBLEM_AT.says(part=part, line=problem.line, problem=said)


def _compile(part: TemplatePart, text: str) -> Template:
    def broken(sentence: Sentence, line: int | None = None) -> BrokenTemplate:
        return BrokenTemplate([TemplateProblem.of(part, sentence, line)])

    if found := _CONTROL.search(text):
        raise broken(Phrase.TEMPLATE_CONTROL_CHARACTER.says(), text.count("\n", 0, found.start()) + 1)
    if len(_TAG.findall(text)) > _MOST_TAGS:
        raise broken(Phrase.TEMPLATE_TOO_MANY_TAGS.says(most=_MOST_TAGS))
    environment = _environment(markup=part is TemplatePart.HTML)
    try:
        tree = environment.parse(text)
        if problems := list(_problems(part, tree)):
            raise BrokenTemplate(problems)
        return environment.from_string(tree)
    except TemplateSyntaxError as error:
        problem = (error.message or type(error).__name__).rstrip(".")[:200]
        raise broken(Phrase.TEMPLATE_SYNTAX.says(problem=problem), error.lineno) from error
    except (RecursionError, MemoryError, SyntaxError) as error:  # of Jinja2, and of Python for what that makes of it
        raise broken(Phrase.TEMPLATE_TOO_DEEP.says()) from error
    except ValueError as error:  # thousands of digits
        raise broken(Phrase.TEMPLATE_LONG_NUMBER.says()) from error


@cache
def _environment(*, markup: bool) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=markup)
    environment.globals.clear()
    environment.filters = {name: environment.filters[name] for name in (*FILTERS, "d", "e")}
    environment.tests = {name: environment.tests[name] for name in (*TESTS, "equalto")}
    return environment


def _problems(part: TemplatePart, tree: nodes.Template) -> Iterator[TemplateProblem]:
    """What is not part of the language, from top to bottom."""
    left: list[tuple[nodes.Node, int]] = [(tree, 0)]
    for _ in range(_MOST_NODES):
        if not left:
            return
        node, depth = left.pop()
        if depth > _DEPTH:
            yield TemplateProblem.of(part, Phrase.TEMPLATE_TOO_DEEP.says(), node.lineno)
            return
        if objection := _objection(part, node):
            yield TemplateProblem.of(part, objection, node.lineno)
        elif isinstance(node, _ALLOWED):
            left += reversed([(child, depth + 1) for child in node.iter_child_nodes()])
    yield TemplateProblem.of(part, Phrase.TEMPLATE_TOO_MANY_TAGS.says(most=_MOST_TAGS))


def _objection(part: TemplatePart, node: nodes.Node) -> Sentence | None:
    names = ", ".join(_NAMES_OF[part])
    match node:
        case nodes.Name() if node.name not in _NAMES_OF[part]:
            return Phrase.TEMPLATE_UNKNOWN_NAME.says(name=node.name[:40], names=names)
        case nodes.Filter() if node.name not in (*FILTERS, "d", "e"):
            return Phrase.TEMPLATE_UNKNOWN_FILTER.says(name=node.name[:40], names=", ".join(FILTERS))
        case nodes.Test() if node.name not in (*TESTS, "equalto"):
            return Phrase.TEMPLATE_UNKNOWN_TEST.says(name=node.name[:40], names=", ".join(TESTS))
    if isinstance(node, _ALLOWED):
        return None
    called = next((called for kind, called in _CALLED.items() if isinstance(node, kind)), None)
    return Phrase.TEMPLATE_FOREIGN.says(what=called or type(node).__name__, names=names)

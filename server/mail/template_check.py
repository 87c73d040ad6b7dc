"""Whether a template makes emails that a new user can log in with: tried out on people of every kind.

Done once, when a template is saved, so that nothing has to be checked when emails leave.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape

from server.contract import EmailTemplate, Param, Phrase, Sentence, TemplatePart, TemplateProblem
from server.mail.templates import BrokenTemplate, CompiledTemplate, Facts, Letter, NotFilledIn, compile_template

#: Made up; every preview and test shows it, and no user has it.
SAMPLE_PASSWORD = "Sampl-Passw-ord42"  # noqa: S105 - see above
SAMPLE_NAME = "Ann Example"
SAMPLE_EMAIL = "ann@example.com"

#: Characters of one part when filled in; beyond about 100 KB, mail programs begin to cut emails off.
_LARGEST = 150_000
_LONGEST_SUBJECT = 250
#: Characters of a lead's name at most.
_LONGEST_NAME = 200


def check_template(source: EmailTemplate, *, login_url: str) -> CompiledTemplate:
    """The template, compiled. Raises :class:`BrokenTemplate` that says everything that is wrong with it."""
    compiled = compile_template(source)
    if problems := list(shortcomings(compiled, login_url=login_url)):
        raise BrokenTemplate(problems)
    return compiled


def shortcomings(compiled: CompiledTemplate, *, login_url: str) -> Iterator[TemplateProblem]:
    """What is wrong with the emails it makes, each thing once."""
    said: set[tuple[TemplatePart, str]] = set()
    for whom, facts in _people(login_url):
        for part, problem in _shortcomings(compiled, facts):
            if (part, problem.english) not in said:
                said.add((part, problem.english))
                yield TemplateProblem.of(part, Phrase.TRIED_WITH.says(problem=problem, whom=whom))


def _people(login_url: str) -> Iterator[tuple[Param, Facts]]:
    longest = f"{'a' * 64}@{'.'.join(['b' * 60] * 3)}.example"
    yield SAMPLE_NAME, Facts(SAMPLE_NAME, SAMPLE_EMAIL, SAMPLE_PASSWORD, login_url)
    yield Phrase.SOMEBODY_WITHOUT_A_NAME.says(), Facts("", "nobody@example.com", "Other-Passw-ord73", login_url)
    markup = 'Zoë "Z" O\'Neil <b>&amp;</b> {{ password }} {% if %} \u05d0\u05d1 \U0001f600'
    special = Facts(markup, "o'neil+x&y@example.com", "Third-Passw-ord58", login_url)
    yield Phrase.A_NAME_WITH_SPECIAL_CHARACTERS.says(), special
    long = Facts("\U0001f600" * _LONGEST_NAME, longest, SAMPLE_PASSWORD, login_url)
    yield Phrase.A_VERY_LONG_NAME.says(), long


def _shortcomings(compiled: CompiledTemplate, facts: Facts) -> Iterator[tuple[TemplatePart, Sentence]]:
    try:
        letter = compiled.fill(facts)
    except NotFilledIn as error:
        yield error.part, Phrase.TEMPLATE_NOT_FILLED_IN.says(problem=str(error))
        return
    subject = letter.subject.strip()
    if not subject:
        yield TemplatePart.SUBJECT, Phrase.TEMPLATE_EMPTY.says()
    if len(subject.splitlines()) > 1:
        yield TemplatePart.SUBJECT, Phrase.TEMPLATE_ONE_LINE.says()
    if len(subject) - len(facts.name) - len(facts.email) > _LONGEST_SUBJECT:
        yield TemplatePart.SUBJECT, Phrase.TEMPLATE_TOO_LONG.says(most=_LONGEST_SUBJECT)
    for part, shown in ((TemplatePart.TEXT, letter.text), (TemplatePart.HTML, _shown(letter))):
        if len(letter.part(part)) > _LARGEST:
            yield part, Phrase.TEMPLATE_BECOMES_TOO_LONG.says(most=_LARGEST)
        if facts.password not in shown:
            yield part, Phrase.TEMPLATE_WITHOUT_PASSWORD.says(written="{{ password }}")
        if facts.login_url not in shown and facts.email not in shown:
            yield part, Phrase.TEMPLATE_WITHOUT_LOGIN.says(link="{{ login_url }}", address="{{ email }}")


#: Elements whose text nobody reads.
_UNSEEN = ("style", "script", "title", "template")


def _shown(letter: Letter) -> str:
    """What a reader of the HTML part sees, and its links.

    Roughly, and in one pass: a real parser takes minutes for some inputs of this length.
    """
    markup, small, shown, at = letter.html, letter.html.lower(), [], 0
    while (opening := markup.find("<", at)) >= 0:
        shown.append(markup[at:opening])
        comment = markup.startswith("<!--", opening)
        at = _after("-->" if comment else ">", markup, opening)
        tag = "" if comment else next(iter(small[opening + 1 : at].strip("/>").split(maxsplit=1)), "")
        if tag == "a":
            shown.append(f" {markup[opening:at]} ")
        elif tag in _UNSEEN and not small.startswith("</", opening):
            at = _after(f"</{tag}", small, at)
    return unescape("".join([*shown, markup[at:]]))


def _after(end: str, text: str, start: int) -> int:
    """Where ``end`` ends; unless it stands there, nothing follows."""
    found = text.find(end, start)
    return len(text) if found < 0 else found + len(end)

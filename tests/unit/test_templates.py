"""Which templates are taken, and what is said of those that are not."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.contract import EmailTemplate, TemplatePart, TemplateProblem
from server.mail.template_check import check_template, shortcomings
from server.mail.templates import BrokenTemplate, Facts, compile_template, default_source, describe

LOGIN_URL = "https://app.example.com/login?a=1&b=2"
GOOD = "{{ password }} {{ login_url }}"


def template(**parts: str) -> EmailTemplate:
    """The default with other parts."""
    return EmailTemplate.model_validate({**default_source().model_dump(), **parts})


def problems(**parts: str) -> list[str]:
    """What is said of it."""
    with pytest.raises(BrokenTemplate) as refusal:
        check_template(template(**parts), login_url=LOGIN_URL)
    assert refusal.value.details["problems"] == [problem.model_dump(mode="json") for problem in refusal.value.problems]
    return [describe(problem).english for problem in refusal.value.problems]


def test_the_default_is_good() -> None:
    check_template(default_source(), login_url=LOGIN_URL)


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        "{{ password }} {{ email }}",
        "{# a note #}{% raw %}{{ x }}{% endraw %}" + GOOD,
        "Dear {{ name|default('friend', true)|title|truncate(20) }}, " + GOOD,
        "{% if name and name is not none and email not in ('a', 'b') %}{{ name ~ '!' }}{% elif email %}x{% endif %}"
        + GOOD,
        "{{ 'Hello ' ~ name if name else 'Hello' }} " + GOOD,
        f"{{{{ password }}}} {LOGIN_URL}",
        GOOD + "{% if name %}" + "{% elif name %}" * 1900 + "{% endif %}",
    ],
)
def test_what_an_email_needs_is_there(text: str) -> None:
    check_template(template(text=text), login_url=LOGIN_URL)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a\n\n{{ nmae }}", "text, line 3: 'nmae' is not known here. There are: name, email, password, login_url."),
        ("{{ name|nofilter }}", "text, line 1: There is no filter 'nofilter'. There are: capitalize,"),
        ("{% if name is odd %}{% endif %}", "text, line 1: There is no test 'odd'. There are: defined,"),
        ("{% if name %}", "text, line 1: cannot be read: Unexpected end of template"),
        ("\n{{ name", "text, line 2: cannot be read: unexpected end of template"),
        ("{{ name }", "text, line 1: cannot be read: unexpected '}'."),
        ("a\nb\x00", "text, line 2: holds a control character."),
        ("{{ " + "9" * 5000 + " }}", "text: holds a number that is too long."),
        ("{{ " + "(" * 5000, "text: is nested too deeply."),
        *(
            (
                "{% if name %}" + "{% elif name %}" * number + "{% endif %}",
                "text: fills in and decides too often: at most 2,000 times.",
            )
            for number in (3000, 5000, 6600)
        ),
        ("{{ name }}" * 3000, "text: fills in and decides too often: at most 2,000 times."),
        ("{{ " + " ~ ".join(["name"] * 13_000) + " }}", "text: fills in and decides too often: at most 2,000 times."),
        ("{{ name" + " and name" * 3000 + " }}", "text, line 1: is nested too deeply."),
        ("{{ name" + "|upper" * 3000 + " }}", "text, line 1: is nested too deeply."),
        ("{% if name %}" * 150 + "{% endif %}" * 150, "text, line 1: is nested too deeply."),
        ("{{ 'a' * 10**9 }}", "text, line 1: Arithmetic is not part of templates."),
        ("{{ '%1000000000d' % 1 }}", "text, line 1: Arithmetic is not part of templates."),
        ("{% for i in range(10**9) %}x{% endfor %}", "text, line 1: A loop (for) is not part of templates."),
        ("{% set a = 'aa' %}", "text, line 1: An assignment (set) is not part of templates."),
        ("{% set a %}aa{% endset %}", "text, line 1: An assignment (set) is not part of templates."),
        ("{{ name.__class__ }}", "text, line 1: An attribute (.) is not part of templates."),
        ("{{ name['__class__'] }}", "text, line 1: An item ([ ]) is not part of templates."),
        ("{{ name.format() }}", "text, line 1: A call is not part of templates."),
        ("{{ lipsum(n=10000) }}", "text, line 1: A call is not part of templates."),
        ("{% macro a() %}{{ a() }}{% endmacro %}", "text, line 1: A macro is not part of templates."),
        ("{% include '/etc/passwd' %}", "text, line 1: Another template (include) is not part of templates."),
        ("{% extends 'x' %}", "text, line 1: Another template (extends) is not part of templates."),
        ("{% autoescape false %}{% endautoescape %}", "text: A block (autoescape) is not part of templates."),
        ("{{ name|center(1000000000) }}", "text, line 1: There is no filter 'center'."),
        ("{{ name|replace('a', 'aaaa') }}", "text, line 1: There is no filter 'replace'."),
        ("{{ name|safe }}", "text, line 1: There is no filter 'safe'."),
    ],
)
def test_what_is_not_part_of_the_language_is_named_with_its_line_and_what_there_is(text: str, said: str) -> None:
    assert any(each.startswith(said) for each in problems(text=text))


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"text": "{{ login_url }}"}, "text: does not show the password: write {{ password }}."),
        ({"text": "{{ password }}"}, "text: shows neither where to log in nor with which address"),
        ({"text": "{{ password|upper }} {{ email }}"}, "text: does not show the password"),
        ({"text": "Sampl-Passw-ord42 {{ email }}"}, "text: does not show the password"),
        ({"text": "{% if name %}{{ password }}{% endif %} {{ email }}"}, "text: does not show the password"),
        ({"html": "<p>{{ login_url }}</p>"}, "html: does not show the password"),
        ({"html": f"<!-- {GOOD} -->"}, "html: does not show the password"),
        ({"html": f"<STYLE>\n{GOOD}</STYLE>"}, "html: does not show the password"),
        ({"html": f"<script >{GOOD}</script>"}, "html: does not show the password"),
        ({"html": f"<img alt='{GOOD}'>"}, "html: does not show the password"),
        ({"subject": "a\nb"}, "subject: must be one line."),
        ({"subject": "a{{ '\\n' }}b"}, "subject: must be one line."),
        ({"subject": " "}, "subject: is empty."),
        ({"subject": "{{ name }}"}, "subject: is empty. (Tried with somebody without a name.)"),
        ({"subject": "x" * 400}, "subject: is longer than 250 characters."),
        ({"subject": "{{ password }}"}, "subject, line 1: 'password' is not known here. There are: name, email,"),
        ({"text": GOOD + "{{ '\\ud800' }}"}, "text: cannot be filled in"),
        ({"text": GOOD + "{{ name|truncate(1) }}"}, "text: cannot be filled in"),
        ({"text": GOOD + ("{{ name" + "|urlencode" * 30 + "}}") * 9}, "text: becomes longer than 150,000 characters."),
    ],
)
def test_what_nobody_could_log_in_with_is_refused(parts: dict[str, str], said: str) -> None:
    assert any(each.startswith(said) for each in problems(**parts))


def test_all_problems_of_all_parts_are_said_at_once() -> None:
    said = problems(subject="{{ a }}", text="{{ b }}\n{{ c }}", html="{{ d")
    assert [each.partition(":")[0] for each in said] == [
        "subject, line 1", "text, line 1", "text, line 2", "html, line 1",
    ]  # fmt: skip


def test_a_link_counts_as_where_to_log_in() -> None:
    check_template(
        template(html='<p title=">">{{ password }}</p><A\nhref="{{ login_url }}">Log in</a>'), login_url=LOGIN_URL
    )


@pytest.mark.parametrize(
    "html",
    ["<!--" * 24_000, "<a " * 30_000, "<" * 99_000, "</" * 49_000, "<script>" * 12_000, "<![CDATA[" * 10_000,
     "{{" * 49_000, "{% raw %}" * 11_000, "&" * 99_000, "{{ name }}" * 9_000],
)  # fmt: skip
def test_no_input_takes_long_to_refuse(html: str) -> None:
    started = time.process_time()
    assert problems(html=html)
    assert time.process_time() - started < 10


PIECES = [*"{}%#-|'() \n", "{{", "}}", "{%", "%}", "name", "if", "else", "endif", "is", "in", "upper", "é", "<a>"]


@settings(deadline=None, max_examples=300)
@given(text=st.lists(st.sampled_from(PIECES), min_size=1, max_size=40).map("".join))
def test_whatever_is_written_it_is_taken_or_its_problems_are_said(text: str) -> None:
    found: list[TemplateProblem] = []
    try:
        found += shortcomings(compile_template(template(html=text)), login_url=LOGIN_URL)
    except BrokenTemplate as error:
        found += error.problems
    assert found  # none of them shows the password
    assert all(problem.part is TemplatePart.HTML and problem.reason for problem in found)


def test_what_is_filled_in_is_text_in_the_html_part() -> None:
    letter = compile_template(template(html="{{ name }}{{ '<b>' }}<i>")).fill(
        Facts("<b>{{ password }}", "a@b.example", "x", LOGIN_URL)
    )
    assert letter.html == "&lt;b&gt;{{ password }}&lt;b&gt;<i>"

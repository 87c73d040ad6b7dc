"""Commands for the template of the emails."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from server.cli.running import BY, DataDir, fail, read_settings, with_database
from server.cli.saying import say, say_lines
from server.contract import EmailTemplate, TemplatePart, TemplateProblem
from server.errors import Invalid
from server.mail.rendering import ActivationEmails
from server.mail.template_actions import TemplateActions, source_of
from server.mail.template_check import check_template
from server.mail.templates import BrokenTemplate, default_source, describe
from server.parts import trial_sender
from server.settings import Settings
from server.store.client import Database
from server.store.leads import LeadStore
from server.store.templates import TemplateStore

template_cli = typer.Typer(no_args_is_help=True, help="The template of the emails.")


Subject = Annotated[Path | None, typer.Option("--subject", help="File of the subject.")]


Text = Annotated[Path | None, typer.Option("--text", help="File of the text part.")]


Html = Annotated[Path | None, typer.Option("--html", help="File of the HTML part.")]


OnlyPart = Annotated[TemplatePart | None, typer.Option(help="Nothing but this part.")]


@template_cli.command("show")
def template_show(part: OnlyPart = None, data_dir: DataDir = None) -> None:
    """Print the template in use."""
    settings = read_settings(data_dir)

    async def work(database: Database) -> None:
        stored = await _template_actions(settings, database).current()
        if part is None:
            saved = f", saved by {stored.by} at {stored.at:%Y-%m-%d %H:%M} UTC" if stored.at else ""
            default = " (what comes with the program)" if stored.parts is None else ""
            say(f"Version {stored.version}{default}{saved}", err=True)
        _print_parts({each: source_of(stored).part(each) for each in TemplatePart}, part)

    with_database(settings, work)


@template_cli.command("preview")
def template_preview(
    name: Annotated[str | None, typer.Option(help="Name of the person it is written to.")] = None,
    email: Annotated[str | None, typer.Option(help="Their address.")] = None,
    subject: Subject = None,
    text: Text = None,
    html: Html = None,
    part: OnlyPart = None,
    data_dir: DataDir = None,
) -> None:
    """Print the email to somebody made up: by the template in use, with the parts given put in their place."""
    settings = read_settings(data_dir)
    parts = _read_parts(subject, text, html)

    async def work(database: Database) -> None:
        actions = _template_actions(settings, database)
        source = _template(source_of(await actions.current()), parts)
        letter, problems = await actions.preview(source, name=name, email=email)
        _print_parts({each: letter.part(each) for each in TemplatePart}, part)
        for problem in problems:
            say(describe(problem).english, err=True)

    _with_template(settings, work)


@template_cli.command("check")
def template_check(
    files: Annotated[list[Path], typer.Argument(help="Files named *.subject, *.txt and *.html.")],
    data_dir: DataDir = None,
) -> None:
    """Say what is wrong with a template, changing nothing; a part without a file is as it comes with the program."""
    settings = read_settings(data_dir)
    by_suffix = {".subject": TemplatePart.SUBJECT, ".txt": TemplatePart.TEXT, ".html": TemplatePart.HTML}
    if unknown := [file for file in files if file.suffix not in by_suffix]:
        fail(f"{unknown[0]}: name it *.subject, *.txt or *.html, so that it is known which part it is.")
    parts = {by_suffix[file.suffix]: _read_text(file) for file in files}
    try:
        check_template(_template(default_source(), parts), login_url=settings.login_url)
    except BrokenTemplate as error:
        fail("\n".join(describe(problem).english for problem in error.problems))
    say("The template is good.")


@template_cli.command("save")
def template_save(subject: Subject = None, text: Text = None, html: Html = None, data_dir: DataDir = None) -> None:
    """Write all emails by these files from now on; a part without a file stays as it is."""
    settings = read_settings(data_dir)
    parts = _read_parts(subject, text, html)
    if not parts:
        fail("Say which part: --subject FILE, --text FILE, --html FILE.")

    async def work(database: Database) -> None:
        actions = _template_actions(settings, database)
        before = await actions.current()
        saved = await actions.save(_template(source_of(before), parts), based_on=before.version, by=BY)
        say(f"Saved as version {saved.version}.")

    _with_template(settings, work)


@template_cli.command("reset")
def template_reset(data_dir: DataDir = None) -> None:
    """Go back to the template that comes with the program."""
    settings = read_settings(data_dir)

    async def work(database: Database) -> None:
        actions = _template_actions(settings, database)
        saved = await actions.reset(based_on=(await actions.current()).version, by=BY)
        say(f"Saved as version {saved.version}: the template that comes with the program.")

    _with_template(settings, work)


@template_cli.command("test-send")
def template_test_send(
    address: Annotated[str, typer.Argument(help="Who gets it.")],
    subject: Subject = None,
    text: Text = None,
    html: Html = None,
    data_dir: DataDir = None,
) -> None:
    """Send a test right now, with a made-up password: the template in use, with the parts given put in their place."""
    settings = read_settings(data_dir)
    parts = _read_parts(subject, text, html)

    async def work(database: Database) -> None:
        in_use = source_of(await _template_actions(settings, database).current())
        source = _template(in_use, parts) if parts else None
        async with trial_sender(settings, database) as sender:
            sent = await sender.send(address, source, by=BY)
        if not sent.accepted:
            raise Invalid(f"{sent.account} did not take it: {sent.reply}")
        say(f"{sent.account} has taken it: {sent.reply}")

    _with_template(settings, work)


def _template_actions(settings: Settings, database: Database) -> TemplateActions:
    writer = ActivationEmails(mail_from=settings.mail_from, login_url=settings.login_url)
    return TemplateActions(TemplateStore(database), LeadStore(database), writer)


def _with_template(settings: Settings, work: Callable[[Database], Awaitable[None]]) -> None:
    """Every problem of a broken template is said, a line each."""

    async def saying_all(database: Database) -> None:
        try:
            await work(database)
        except BrokenTemplate as error:
            raise Invalid("\n".join(describe(problem).english for problem in error.problems)) from error

    with_database(settings, saying_all)


def _read_parts(subject: Path | None, text: Path | None, html: Path | None) -> dict[TemplatePart, str]:
    files = {TemplatePart.SUBJECT: subject, TemplatePart.TEXT: text, TemplatePart.HTML: html}
    return {part: _read_text(file) for part, file in files.items() if file is not None}


def _read_text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        fail(f"{file}: cannot be read ({error}).")


def _template(source: EmailTemplate, parts: Mapping[TemplatePart, str]) -> EmailTemplate:
    """The template with other parts. Raises :class:`BrokenTemplate` for a part that is empty or too long."""
    try:
        return EmailTemplate.model_validate({part.value: parts.get(part, source.part(part)) for part in TemplatePart})
    except ValidationError as error:
        raise BrokenTemplate(
            [
                TemplateProblem(part=TemplatePart(str(detail["loc"][0])), reason=f"{detail['msg']}.")
                for detail in error.errors(include_url=False)
            ]
        ) from error


def _print_parts(parts: Mapping[TemplatePart, str], only: TemplatePart | None) -> None:
    for part, text in parts.items():
        if only is None:
            say(f"--- {part.value} ---")
        if only in (None, part):
            say_lines(text)

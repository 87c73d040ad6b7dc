"""The template that emails are written by: what is stored, and in case of need the one that comes with the program."""

from __future__ import annotations

import asyncio

import structlog

from server.mail.templates import (
    BrokenTemplate,
    CompiledTemplate,
    Facts,
    Letter,
    NotFilledIn,
    compile_template,
    default_template,
)
from server.store.templates import StoredTemplate, TemplateStore, UnreadableTemplate
from server.threads import TEMPLATES

log = structlog.get_logger(__name__)


class ActiveTemplate:
    """Holds the stored template ready, so that no email has to read the database.

    Saved templates were tried out, so none should ever fail. Should one fail all the same (written by another version
    of this program, or by hand), emails go out by the default template, and the log says so: a plain email that
    arrives serves everyone better than one that waits for somebody to correct a template.
    """

    def __init__(self, store: TemplateStore) -> None:
        self._store = store
        self._changed = asyncio.Event()
        self._template: CompiledTemplate = default_template()
        #: The version in use; 0: the default.
        self.version = 0

    def change(self) -> None:
        """Another version may have been saved, here or on another server."""
        self._changed.set()

    async def load(self) -> None:
        """Take over what is stored."""
        self._changed.clear()  # what changes while it is read is read again
        try:
            stored = await self._store.current()
        except Exception:
            self._changed.set()
            raise
        if stored.version != self.version:
            self._template = await TEMPLATES.run(_compiled, stored)
            self.version = stored.version

    async def run(self) -> None:
        """Follow the changes, until cancelled. Raises whatever reading raises, and reads again when it is run again."""
        while True:
            await self._changed.wait()
            await self.load()

    def fill(self, facts: Facts) -> Letter:
        """The email to this user."""
        try:
            return self._template.fill(facts)
        except NotFilledIn as error:
            log.error(  # noqa: TRY400 - the reason says it all
                "an email goes out by the default template", version=self.version, part=error.part, reason=str(error)
            )
            return default_template().fill(facts)


def _compiled(stored: StoredTemplate) -> CompiledTemplate:
    try:
        return default_template() if stored.source is None else compile_template(stored.source)
    except (UnreadableTemplate, BrokenTemplate) as error:
        log.error(  # noqa: TRY400 - the reason says it all
            "the stored template cannot be used, emails go out by the default one",
            version=stored.version,
            reason=str(error),
        )
        return default_template()

"""What admins do with the template: look, try, save, go back."""

from __future__ import annotations

from collections.abc import Sequence

from server.contract import EmailTemplate, Phrase, TemplateProblem
from server.errors import NotFound
from server.mail.rendering import ActivationEmails
from server.mail.template_check import SAMPLE_EMAIL, SAMPLE_NAME, SAMPLE_PASSWORD, check_template, shortcomings
from server.mail.templates import BrokenTemplate, Letter, NotFilledIn, compile_template, default_source
from server.store.leads import LeadStore
from server.store.templates import StoredTemplate, TemplateStore, UnreadableTemplate
from server.threads import TEMPLATES


class TemplateActions:
    """Checks before it saves: a template that is broken never comes near the queue.

    Templates are compiled and tried out in a thread, as long ones take a second.
    """

    def __init__(self, store: TemplateStore, leads: LeadStore, writer: ActivationEmails) -> None:
        self._store = store
        self._leads = leads
        self._writer = writer

    async def current(self) -> StoredTemplate:
        """The version in use."""
        return await self._store.current()

    async def versions(self) -> list[StoredTemplate]:
        """Those that are kept, the latest first."""
        return await self._store.versions()

    async def save(self, source: EmailTemplate, *, based_on: int, by: str) -> StoredTemplate:
        """Use it from now on.

        Raises :class:`BrokenTemplate`, and :class:`Conflict` when ``based_on`` is not in use any more.
        """
        await TEMPLATES.run(check_template, source, login_url=self._writer.login_url)
        return await self._store.save(source, based_on=based_on, by=by)

    async def reset(self, *, based_on: int, by: str) -> StoredTemplate:
        """Back to what comes with the program. Raises :class:`Conflict` as :meth:`save` does."""
        return await self._store.save(None, based_on=based_on, by=by)

    async def preview(
        self, source: EmailTemplate | None, *, name: str | None = None, email: str | None = None
    ) -> tuple[Letter, Sequence[TemplateProblem]]:
        """The email to such a person by the template (None: the one in use), and why it could not be saved.

        Raises :class:`BrokenTemplate` when there is nothing to be seen.
        """
        if source is None:
            source = source_of(await self._store.current())
        return await TEMPLATES.run(self._try, source, name, email)

    async def preview_for_lead(
        self, source: EmailTemplate | None, lead_id: str
    ) -> tuple[Letter, Sequence[TemplateProblem]]:
        """The email to that lead. Raises :class:`NotFound`, and as :meth:`preview` does."""
        lead = await self._leads.get(lead_id)
        if lead is None:
            raise NotFound(Phrase.NO_SUCH_LEAD)
        return await self.preview(source, name=lead.name, email=lead.email)

    def _try(
        self, source: EmailTemplate, name: str | None, email: str | None
    ) -> tuple[Letter, Sequence[TemplateProblem]]:
        compiled = compile_template(source)
        facts = self._writer.facts(
            SAMPLE_NAME if name is None else name, SAMPLE_EMAIL if email is None else email, SAMPLE_PASSWORD
        )
        problems = tuple(shortcomings(compiled, login_url=self._writer.login_url))
        try:
            return compiled.fill(facts), problems
        except NotFilledIn as error:
            raise BrokenTemplate(
                [TemplateProblem.of(error.part, Phrase.TEMPLATE_NOT_FILLED_IN.says(problem=str(error)))]
            ) from error


def source_of(stored: StoredTemplate) -> EmailTemplate:
    """What emails are written by: the default where nothing usable is stored (see :class:`ActiveTemplate`)."""
    try:
        return stored.source or default_source()
    except UnreadableTemplate:
        return default_source()

"""The facts for the confirmation: what an activation would do, and when its last email should have left."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from server.contract import ActivationPreview, LeadFilter, LeadStatus, Selection
from server.store.emails import EmailStore
from server.store.leads import LeadStore

_NAMED = 5


class Previews:
    """Answers from what the database holds now; the activation itself decides anew."""

    def __init__(
        self,
        leads: LeadStore,
        emails: EmailStore,
        finished_at: Callable[[int, datetime | None], Awaitable[datetime | None]],
    ) -> None:
        """``finished_at`` answers when so many emails should have left, that leave not before a moment."""
        self._leads = leads
        self._emails = emails
        self._finished_at = finished_at

    async def preview(
        self, selection: Selection, listed: LeadFilter, not_before: datetime | None = None
    ) -> ActivationPreview:
        """Count the chosen leads by what would become of them, and name a few; also of those that a list with the
        filter does not show.
        """
        counts = await self._leads.statuses(selection)
        unusable = await self._leads.refused_addresses(selection)
        activatable = counts.get(LeadStatus.NEW, 0) + counts.get(LeadStatus.SKIPPED, 0) - unusable
        some, _ = await self._leads.activatable(selection, limit=_NAMED)
        some_beyond, beyond = await self._leads.activatable(selection, beyond=listed, limit=_NAMED)
        pending, processing, _ = await self._emails.counts()
        emails = pending + processing + activatable
        return ActivationPreview(
            selected=len(selection.ids) if selection.ids is not None else sum(counts.values()),
            activatable=activatable,
            already_users=counts.get(LeadStatus.ACTIVATED, 0),
            unusable=unusable,
            in_another_activation=counts.get(LeadStatus.ACTIVATING, 0),
            last_email_at=await self._finished_at(emails, not_before) if activatable else None,
            some=some,
            beyond=beyond,
            some_beyond=some_beyond,
        )

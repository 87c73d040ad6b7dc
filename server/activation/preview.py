"""The facts for the confirmation: what an activation would do, and when its last email should have left."""

from __future__ import annotations

import math
from datetime import timedelta

from server.contract import ActivationPreview, LeadStatus, Selection
from server.store.client import Database
from server.store.emails import EmailStore
from server.store.leads import LeadStore


class Previews:
    """Answers from what the database holds now; the activation itself decides anew."""

    def __init__(
        self, database: Database, leads: LeadStore, emails: EmailStore, *, batch_size: int, interval: timedelta
    ) -> None:
        self._database = database
        self._leads = leads
        self._emails = emails
        self._batch_size = batch_size
        self._interval = interval

    async def preview(self, selection: Selection) -> ActivationPreview:
        """Count the chosen leads by what would become of them."""
        counts = await self._leads.statuses(selection)
        unusable = await self._leads.refused_addresses(selection)
        activatable = counts.get(LeadStatus.NEW, 0) + counts.get(LeadStatus.SKIPPED, 0) - unusable
        pending, processing, _ = await self._emails.counts()
        ahead = pending + processing + activatable
        rounds = max(0, math.ceil(ahead / self._batch_size) - 1)
        return ActivationPreview(
            selected=len(selection.ids) if selection.ids is not None else sum(counts.values()),
            activatable=activatable,
            already_users=counts.get(LeadStatus.ACTIVATED, 0),
            unusable=unusable,
            in_another_activation=counts.get(LeadStatus.ACTIVATING, 0),
            last_email_at=await self._database.now() + rounds * self._interval if activatable else None,
        )

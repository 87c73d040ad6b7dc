"""The local mailbox, where emails are kept while no mail server is set."""

from __future__ import annotations

from fastapi import APIRouter

from server.api.access import The
from server.api.parameters import RowId
from server.contract import CapturedEmail

router = APIRouter(prefix="/api/mailbox", tags=["mailbox"])


@router.get("/{email_id}")
async def captured(email_id: RowId, the: The) -> CapturedEmail:
    """One sent email as it was captured. Its password is masked: nobody is shown it here."""
    return await the.captured.read(email_id)

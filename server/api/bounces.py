"""Where providers call to tell of bounces (webhooks)."""

from __future__ import annotations

from fastapi import APIRouter, Request

from server.api.access import The
from server.bounce_sources import Provider
from server.bounces.webhooks.call import NotTheirs, NotUnderstood
from server.contract import Phrase
from server.errors import Forbidden, Invalid, Unavailable

router = APIRouter(prefix="/api/bounces", tags=["bounces"])


@router.post("/{provider}", status_code=204)
async def reported(provider: str, request: Request, the: The) -> None:
    """What a provider (`ses`, `sendgrid`, `mailgun`, `postmark`, `brevo` or `mailjet`) reports, as it sends it.

    It is signed or shows a secret. Everything else is refused alike, for whatever reason.
    """
    try:
        await the.webhooks.receive(_known(provider), request.headers, await request.body())
    except NotTheirs as error:
        raise Forbidden(Phrase.NOT_FROM_THE_PROVIDER) from error
    except NotUnderstood as error:
        raise Invalid(Phrase.CALL_NOT_UNDERSTOOD) from error
    except OSError as error:
        raise Unavailable(Phrase.PROVIDER_AWAY) from error


def _known(name: str) -> Provider:
    """Raises :class:`NotTheirs`."""
    try:
        return Provider(name)
    except ValueError as error:
        raise NotTheirs("there is no such provider") from error

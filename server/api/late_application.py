"""What answers while the service waits for its database: at once, with 503 and a sentence.

Whoever watches the service, a proxy or a desktop, then knows that it lives and what it waits for, instead of finding a
port that nobody listens on.
"""

from __future__ import annotations

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from server.contract import ErrorCode, Phrase, Problem
from server.contract.health import Health

#: Seconds after which programs are told to ask again.
RETRY_AFTER = 5


class LateApplication:
    """Stands for an application that is not there yet, and passes everything on to it once it is."""

    def __init__(self, version: str) -> None:
        self._version = version
        self._application: ASGIApp | None = None

    def become(self, application: ASGIApp) -> None:
        """From now on this one answers."""
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or one WebSocket: that is answered before it opens, by the extension of ASGI for denials.

        Closed without an answer it would be one with 403, which to clients and proxies is for good.
        """
        if self._application is not None:
            await self._application(scope, receive, send)
        else:
            await self._answer(scope["path"])(scope, receive, send)

    def _answer(self, path: str) -> JSONResponse:
        if path == "/healthz":
            return JSONResponse(Health(version=self._version).model_dump(mode="json"))
        if path == "/readyz":
            return _not_yet({"status": "waiting for the database"})
        return _not_yet(Problem.of(ErrorCode.UNAVAILABLE, Phrase.STARTING.says()).model_dump(mode="json"))


def _not_yet(body: object) -> JSONResponse:
    return JSONResponse(body, 503, {"Retry-After": str(RETRY_AFTER)})

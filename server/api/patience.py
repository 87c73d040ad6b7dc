"""Whoever waits for an answer gets one soon, also where the database does not answer."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from server.store.calls import PROMPT, answered_within


class Prompt:
    """Each call to the database of a request has the short limit of time (ASGI middleware)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Of a connection that stays open (a socket) as well: each answer by itself is prompt."""
        with answered_within(PROMPT):
            await self._app(scope, receive, send)

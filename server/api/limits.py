"""How much one client may ask for: where from, how large, how often."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Collection
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.accounts.permissions import ROUTES, Rule
from server.api.access import permitted
from server.contract import ErrorCode, Phrase, Problem
from server.errors import TooMany
from server.importing.batches import MAX_FILE_SIZE
from server.store.tokens import StoredToken

#: Bytes of a request's address and headers.
MAX_HEAD = 32 * 2**10
#: Bytes of a body: of a file of leads with what is around it, of anything else (200,000 ids are 6 MB), and of what
#: somebody sends who has not shown who they are.
MAX_FILE_BODY = MAX_FILE_SIZE + 2**20
MAX_BODY = 8 * 2**20
MAX_STRANGERS_BODY = 64 * 2**10

_FILES = frozenset({"/api/imports", "/api/leads/import"})

#: Of one admin at one service: far more than any desktop asks for, scrolling as fast as it can.
REQUESTS_AT_ONCE = 1000
REQUESTS_PER_SECOND = 100.0

_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"no-referrer"),
)

IsKnown = Callable[[str], Awaitable[bool]]


class Doorkeeper:
    """Looks at what a request is before anything of its body is read."""

    def __init__(self, app: ASGIApp, *, origins: Collection[str], is_known: IsKnown) -> None:
        """``is_known``: whether a token is good."""
        self._app = app
        self._origins = frozenset(origins)
        self._is_known = is_known

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse it, or let it in."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        if (problem := self._foreign(request)) is not None:
            await _answer(403, problem)(scope, receive, send)
            return
        if _head_size(scope) > MAX_HEAD:
            said = Phrase.HEAD_TOO_LARGE.says(size=f"{MAX_HEAD // 2**10} KB")
            await _answer(431, Problem.of(ErrorCode.TOO_LARGE, said))(scope, receive, send)
            return
        if _needs_login(request) and not _token(request):
            said = Phrase.LOGIN_NEEDED.says()
            await _answer(401, Problem.of(ErrorCode.UNAUTHORIZED, said))(scope, receive, send)
            return
        limit = await self._limit(request)
        if _announced(request) > limit:
            await _too_large(limit)(scope, receive, send)
            return
        await _Counted(self._app, limit)(scope, receive, send)

    def _foreign(self, request: Request) -> Problem | None:
        """Of a web page that is none of ours; the same that Socket.IO does."""
        origin = request.headers.get("origin")
        if origin is None or origin in self._origins:
            return None
        return Problem.of(ErrorCode.FORBIDDEN, Phrase.FOREIGN_PAGE.says(origin=origin[:100]))

    async def _limit(self, request: Request) -> int:
        if _announced(request) <= MAX_STRANGERS_BODY and "transfer-encoding" not in request.headers:
            return MAX_STRANGERS_BODY
        token = _token(request)
        if not token or not await self._is_known(token):
            return MAX_STRANGERS_BODY
        return MAX_FILE_BODY if request.url.path in _FILES else MAX_BODY


class _Counted:
    """Lets through as much of a body as may come, whatever was announced."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        received = 0
        exceeded = answered = False

        async def counting() -> Message:
            nonlocal received, exceeded
            message = await receive()
            received += len(message.get("body", b""))
            exceeded = exceeded or received > self._limit
            # To whoever reads the body the client has hung up.
            return {"type": "http.disconnect"} if exceeded else message

        async def noting(message: Message) -> None:
            nonlocal answered
            if exceeded and not answered:
                return  # answered below
            answered = True
            if message["type"] == "http.response.start":
                there = {name.lower() for name, _ in message["headers"]}
                more = [(name, value) for name, value in _HEADERS if name not in there]
                message = {**message, "headers": [*message["headers"], *more]}
            await send(message)

        try:
            await self._app(scope, counting, noting)
        except Exception:
            if not exceeded or answered:
                raise
        if exceeded and not answered:
            await _too_large(self._limit)(scope, receive, send)


class RequestLimit:
    """A bucket for each admin, which fills up again by and by."""

    def __init__(self, *, at_once: float = REQUESTS_AT_ONCE, per_second: float = REQUESTS_PER_SECOND) -> None:
        self._at_once = at_once
        self._per_second = per_second
        self._left: dict[str, tuple[float, float]] = {}

    def take(self, admin_id: str) -> None:
        """Raises :class:`TooMany`."""
        now = time.monotonic()
        left, since = self._left.get(admin_id, (self._at_once, now))
        left = min(self._at_once, left + (now - since) * self._per_second)
        if left < 1:
            raise TooMany(Phrase.TOO_MANY_REQUESTS)
        self._left[admin_id] = left - 1, now


async def within_limits(request: Request, stored: Annotated[StoredToken | None, Depends(permitted)]) -> None:
    """For every route. Raises :class:`TooMany`."""
    if stored is None:
        return  # attempts to log in are counted elsewhere
    limit = request.app.state.requests
    assert isinstance(limit, RequestLimit)  # noqa: S101 - put there when the application was built
    limit.take(stored.admin.id)


_OPEN = frozenset(path for (_, path), rule in ROUTES.items() if rule in (Rule.ANYONE, Rule.THIS_MACHINE))


def _needs_login(request: Request) -> bool:
    """Whether it is refused without a token whatever else it says, which then nobody has to read."""
    return request.url.path.startswith("/api/") and request.url.path not in _OPEN and request.method != "OPTIONS"


def _token(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _head_size(scope: Scope) -> int:
    headers = sum(len(name) + len(value) for name, value in scope["headers"])
    return headers + len(scope["raw_path"]) + len(scope["query_string"])


def _announced(request: Request) -> int:
    length = request.headers.get("content-length", "0")
    return int(length) if length.isascii() and length.isdigit() else 0


def _too_large(limit: int) -> JSONResponse:
    size = f"{limit // 2**20} MB" if limit >= 2**20 else f"{limit // 2**10} KB"
    return _answer(413, Problem.of(ErrorCode.TOO_LARGE, Phrase.REQUEST_TOO_LARGE.says(size=size)))


def _answer(status: int, problem: Problem) -> JSONResponse:
    headers: dict[str, Any] = {name.decode(): value.decode() for name, value in _HEADERS}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(problem.model_dump(mode="json"), status, {**headers, "Connection": "close"})

"""The door of the API: who asks, from where, for what, how large and how dear, before a body is read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from contextlib import nullcontext

from fastapi import Request
from fastapi.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.accounts.permissions import ROUTES, WITHOUT_LOGIN, Route, Rule, permit, route_of
from server.api.budget import DEAR, LONG_BODY, Budget
from server.contract import Admin, ErrorCode, Phrase, Problem
from server.errors import Forbidden, ServiceError, TooMany
from server.importing.batches import MAX_FILE_SIZE
from server.store.audit import asked_from
from server.store.tokens import StoredToken

#: Bytes of a request's address and headers.
MAX_HEAD = 32 * 2**10
#: Bytes of a body: of a file of leads with what is around it, of anything else (200,000 ids are 6 MB), and of what
#: somebody sends who has not shown who they are.
MAX_FILE_BODY = MAX_FILE_SIZE + 2**20
MAX_BODY = 8 * 2**20
MAX_STRANGERS_BODY = 64 * 2**10
#: Providers may send many reports at once (SendGrid: up to 768 KB). Few of those that are long are in hand at once.
MAX_PROVIDERS_BODY = 2**20

_PROVIDERS = "providers"  # all of them, where admins have turns of their own
_FILES = frozenset({"/api/imports", "/api/leads/import"})
#: What takes a login.
_LOGINS = frozenset(Rule) - WITHOUT_LOGIN

_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"no-referrer"),
)

#: Whose token it is; raises what is to be answered instead.
Identify = Callable[[str], Awaitable[StoredToken]]
#: Told of each admin who asks for what they may not do.
OnRefused = Callable[[Admin, str, ServiceError], Awaitable[None]]

#: Where a request keeps the login behind it.
LOGIN = "login"


class Doorkeeper:
    """Looks at what a request is, whose, and how dear, before anything of its body is read."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        origins: Collection[str],
        identify: Identify,
        budget: Budget,
        refuse: Callable[[Exception], JSONResponse],
        on_refused: OnRefused,
    ) -> None:
        """``refuse``: what is answered to an error."""
        self._app = app
        self._origins = frozenset(origins)
        self._identify = identify
        self._budget = budget
        self._refuse = refuse
        self._on_refused = on_refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse it, or let it in."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        asked_from.set(_address(request))
        try:
            self._check_head(request)
            limit, dear_to = await self._admit(request)
            async with self._budget.turns.turn(dear_to) if dear_to else nullcontext():
                await _Counted(self._app, limit)(scope, receive, send)
        except _Refused as refused:
            await _answer(refused.status, refused.problem)(scope, receive, send)
        except _BeforeItCameIn as error:
            await _with_headers(self._refuse(error.why))(scope, receive, send)
        except TooMany as error:  # of those that wait for their turn
            await _with_headers(self._refuse(error))(scope, receive, send)

    def _check_head(self, request: Request) -> None:
        """Raises :class:`_Refused`."""
        origin = request.headers.get("origin")
        if origin is not None and origin not in self._origins:  # of a web page that is none of ours; as Socket.IO does
            raise _Refused(403, Problem.of(ErrorCode.FORBIDDEN, Phrase.FOREIGN_PAGE.says(origin=origin[:100])))
        if _head_size(request.scope) > MAX_HEAD:
            said = Phrase.HEAD_TOO_LARGE.says(size=f"{MAX_HEAD // 2**10} KB")
            raise _Refused(431, Problem.of(ErrorCode.TOO_LARGE, said))

    async def _admit(self, request: Request) -> tuple[int, str]:
        """How long its body may be, and whom it is dear to. Raises :class:`_Refused` or :class:`_BeforeItCameIn`."""
        route = route_of(request.method, request.url.path)
        rule = None if route is None else ROUTES[route]
        limit, dear_to = MAX_STRANGERS_BODY, ""
        if rule in _LOGINS or (route is None and _is_ours(request)):
            if not (token := _token(request)):
                raise _Refused(401, Problem.of(ErrorCode.UNAUTHORIZED, Phrase.LOGIN_NEEDED.says()))
            try:
                stored = await self._identify(token)
                price = _price(request, route)
                self._budget.requests.take(stored.admin.id, price)
                if route is not None:
                    await self._permit(route, stored.admin)
            except Exception as error:
                raise _BeforeItCameIn(error) from error
            request.scope.setdefault("state", {})[LOGIN] = stored
            if route is not None:
                limit = MAX_FILE_BODY if route[1] in _FILES else MAX_BODY
                dear_to = stored.admin.id if price > 1.0 else ""
        if rule is Rule.PROVIDER:
            limit = MAX_PROVIDERS_BODY
            dear_to = _PROVIDERS if _is_long(request) else ""
        if _announced(request) > limit:
            raise _Refused(413, _too_large(limit))
        return limit, dear_to

    async def _permit(self, route: Route, admin: Admin) -> None:
        """Raises :class:`ServiceError`."""
        try:
            permit(ROUTES[route], admin)
        except Forbidden as error:
            await self._on_refused(admin, " ".join(route), error)
            raise


def _is_ours(request: Request) -> bool:
    """Whether nobody without a login is told so much as that it is not there."""
    return request.url.path.startswith("/api/") and request.method != "OPTIONS"


def _price(request: Request, route: Route | None) -> float:
    return max(DEAR.get(route, 1.0) if route else 1.0, LONG_BODY if _is_long(request) else 1.0)


def _is_long(request: Request) -> bool:
    return _announced(request) > MAX_STRANGERS_BODY or "transfer-encoding" in request.headers


class _Refused(Exception):
    """It is not let in."""

    def __init__(self, status: int, problem: Problem) -> None:
        super().__init__(problem.message)
        self.status = status
        self.problem = problem


class _BeforeItCameIn(Exception):
    """The same, by an error that routes may raise as well."""

    def __init__(self, why: Exception) -> None:
        super().__init__(str(why))
        self.why = why


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
            await _answer(413, _too_large(self._limit))(scope, receive, send)


def _token(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _address(request: Request) -> str:
    return "" if request.client is None else request.client.host


def _head_size(scope: Scope) -> int:
    headers = sum(len(name) + len(value) for name, value in scope["headers"])
    return headers + len(scope["raw_path"]) + len(scope["query_string"])


def _announced(request: Request) -> int:
    length = request.headers.get("content-length", "0")
    return int(length) if length.isascii() and length.isdigit() else 0


def _too_large(limit: int) -> Problem:
    size = f"{limit // 2**20} MB" if limit >= 2**20 else f"{limit // 2**10} KB"
    return Problem.of(ErrorCode.TOO_LARGE, Phrase.REQUEST_TOO_LARGE.says(size=size))


def _answer(status: int, problem: Problem) -> JSONResponse:
    answer = JSONResponse(problem.model_dump(mode="json"), status)
    if status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return _with_headers(answer)


def _with_headers(answer: JSONResponse) -> JSONResponse:
    for name, value in _HEADERS:
        answer.headers[name.decode()] = value.decode()
    return answer

"""The HTTP application: routes, and one form for every refusal."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import structlog
from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from server.accounts.permissions import ROUTES
from server.api import (
    activations,
    admins,
    audit,
    bounces,
    health,
    imports,
    leads,
    mailbox,
    presence,
    queue,
    sessions,
    templates,
    users,
)
from server.api.access import Services, permitted
from server.api.budget import Budget, RequestLimit, Turns
from server.api.description import EVERY_ROUTE, describe
from server.api.limits import Doorkeeper, OnRefused
from server.contract import Admin, ErrorCode, Phrase, Problem
from server.errors import DatabaseAway, ServiceError
from server.operations.http_server import BrokenOff
from server.store.audit import asked_from

log = structlog.get_logger(__name__)

_STATUS: Mapping[ErrorCode, int] = {
    ErrorCode.BAD_CREDENTIALS: 401,
    ErrorCode.UNAUTHORIZED: 401,
    ErrorCode.FORBIDDEN: 403,
    ErrorCode.PASSWORD_CHANGE_NEEDED: 403,
    ErrorCode.TOO_MANY_ATTEMPTS: 429,
    ErrorCode.NOT_FOUND: 404,
    ErrorCode.INVALID: 422,
    ErrorCode.CONFLICT: 409,
    ErrorCode.TOO_LARGE: 413,
    ErrorCode.TOO_MANY: 429,
    ErrorCode.UNAVAILABLE: 503,
    ErrorCode.INTERNAL: 500,
}
_CODES = {404: ErrorCode.NOT_FOUND, 401: ErrorCode.UNAUTHORIZED, 403: ErrorCode.FORBIDDEN, 413: ErrorCode.TOO_LARGE}

#: The routes, by what they are about.
MODULES = (
    health, sessions, admins, leads, imports, users, activations, queue, mailbox, templates, audit, presence, bounces
)  # fmt: skip


def build_api(services: Services, *, origins: list[str], version: str) -> FastAPI:
    """Every route is for whom :mod:`server.accounts.permissions` says."""
    api = FastAPI(
        title="Activation Desk",
        version=version,
        openapi_url=None,  # the description is for admins, too: see below
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # the description knows of no redirects
        responses=EVERY_ROUTE,
        dependencies=[Depends(permitted)],
    )
    api.state.services = services
    api.add_middleware(
        Doorkeeper,
        origins=origins,
        identify=services.login.identify,
        budget=Budget(RequestLimit(), Turns()),
        refuse=_refusal,
        on_refused=_noting(services),
    )
    api.add_middleware(  # around the other one: pages of ours may read its refusals, too
        CORSMiddleware,
        allow_origins=origins,
        allow_credentials=True,
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["Authorization", "Content-Type"],
    )
    for module in MODULES:
        api.include_router(module.router)
    api.add_api_route("/api/openapi.json", cache(lambda: describe(api)), include_in_schema=False)
    api.add_exception_handler(ServiceError, _refuse)
    api.add_exception_handler(RequestValidationError, _refuse_input)
    api.add_exception_handler(HTTPException, _refuse_route)
    api.add_exception_handler(DatabaseAway, _refuse)
    api.add_exception_handler(Exception, _confess)
    return api


def _noting(services: Services) -> OnRefused:
    async def note(admin: Admin, request: str, error: ServiceError) -> None:
        if error.sentence is not None:
            details = {"request": request}
            await services.login.refusals.note("request", admin.username, asked_from.get(), error.sentence, details)

    return note


def _refusal(error: Exception) -> JSONResponse:
    """What is answered to what the door has refused, as it would be to the same behind it."""
    match error:
        case ServiceError():
            return _answer(_STATUS[error.code], error.problem)
        case DatabaseAway():
            log.warning("database away, request refused", reason=str(error))
            return _answer(503, Problem.of(ErrorCode.UNAVAILABLE, Phrase.DATABASE_AWAY.says()))
    raise error


def _answer(status: int, problem: Problem, headers: Mapping[str, str] | None = None) -> JSONResponse:
    headers = dict(headers or {})
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if problem.code == ErrorCode.TOO_MANY_ATTEMPTS:
        headers["Retry-After"] = str(problem.details["retryAfter"])
    return JSONResponse(problem.model_dump(mode="json"), status, headers)


async def _refuse(_: Request, error: Exception) -> JSONResponse:
    return _refusal(error)


async def _refuse_input(_: Request, error: Exception) -> JSONResponse:
    """Which part of the request is wrong and why; the value itself may be a secret and is not repeated."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for it
    problems: list[dict[str, Any]] = [
        {"where": ".".join(str(part) for part in detail["loc"]), "reason": str(detail["msg"])}
        for detail in error.errors()
    ]
    first = problems[0]
    return _answer(
        422,
        Problem.of(
            ErrorCode.INVALID,
            Phrase.REQUEST_WRONG.says(where=first["where"], problem=first["reason"]),
            {"problems": problems},
        ),
    )


async def _refuse_route(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for it
    code = _CODES.get(error.status_code, ErrorCode.INVALID)
    headers = {"Allow": ", ".join(_methods(request.url.path))} if error.status_code == 405 else error.headers
    return _answer(error.status_code, Problem.of(code, Phrase.NOT_HERE.says(problem=str(error.detail))), headers)


def _methods(path: str) -> list[str]:
    """What can be asked at this address. The error itself names those of the first route there alone."""
    return sorted({method for method, route in ROUTES if compile_path(route)[0].match(path)})


async def _confess(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, BrokenOff):  # which is answered no more
        log.error("unexpected error", path=request.url.path, exc_info=error)
    return _answer(500, Problem.of(ErrorCode.INTERNAL, Phrase.SERVER_FAILED.says()))

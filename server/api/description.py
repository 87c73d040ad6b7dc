"""The description of the interface in OpenAPI's language: what each route takes and answers, refusals and all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import FastAPI

from server.accounts.permissions import WITHOUT_LOGIN, Rule, rule_of
from server.contract import Problem

_MEANINGS: Mapping[int, str] = {
    400: "The body is broken.",
    401: "There is no login, or it has ended; or a password is wrong.",
    403: "The admin's role, the page the request comes from, or the machine it comes from may not do this.",
    404: "There is no such thing (any more).",
    409: "It clashes with what is there; the sentence says with what.",
    413: "The body is too large.",
    422: "A part of the request makes no sense; the sentence says which and why.",
    429: "Too much at once, or too many attempts to log in.",
    431: "Address and headers are too long.",
    500: "An error within the server.",
    503: "The database does not answer at the moment.",
}

#: Whatever the route and whoever asks.
_EVERYWHERE = frozenset({403, 413, 431, 500, 503})
#: Where nobody has to log in.
_OPEN = WITHOUT_LOGIN


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For ``responses`` of a route: what it refuses for reasons of its own. :func:`describe` adds what others do, too.

    For all of them at once (:data:`EVERY_ROUTE`) as FastAPI describes input that makes no sense in a form of its own.
    """
    return {status: {"model": Problem, "description": _MEANINGS[status]} for status in statuses}


EVERY_ROUTE = refusals(*sorted(_EVERYWHERE | {422}))


def describe(api: FastAPI) -> dict[str, Any]:
    """As :data:`server.accounts.permissions.ROUTES` and the routes themselves have it."""
    described = api.openapi()
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            _complete(operation, rule_of(method.upper(), path))
    return described


def _complete(operation: dict[str, Any], rule: Rule) -> None:
    responses = operation["responses"]
    expected = {str(status) for status in _expected(operation, rule)}
    if "422" not in expected:
        responses.pop("422", None)
    problem = responses["500"]["content"]
    for status in expected - responses.keys():
        responses[status] = {"description": _MEANINGS[int(status)], "content": problem}
    operation["responses"] = dict(sorted(responses.items()))
    if rule in _OPEN:
        operation.pop("security", None)


def _expected(operation: Mapping[str, Any], rule: Rule) -> Iterator[int]:
    yield from _EVERYWHERE
    if rule not in _OPEN:
        yield from (401, 429)
    if rule is Rule.PROVIDER:
        yield from (400, 422, 429)
    if "requestBody" in operation:
        yield from (400, 422)
    parameters = operation.get("parameters", ())
    if parameters:
        yield 422
    if any(parameter["in"] == "path" for parameter in parameters):
        yield 404

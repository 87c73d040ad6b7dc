"""What an answer of the web means: the server's own word, a proxy's in front of it, or a stranger's.

A proxy answers in the server's place when it cannot reach it (RFC 9110, 15.6.3 to 15.6.5) or takes no body of that size
(15.5.14), with a page of its own making. Only what is in the server's own form is the server's word.
"""

from __future__ import annotations

import json
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from desktop.backend.errors import DeskError, LoggedOut, Refused, Unreachable
from desktop.wording.troubles import Trouble
from server.contract import ErrorCode, Problem

Answer = TypeVar("Answer")

_NOTHING_TO_SAY = 204
_REFUSED = 300  # from this status on: other places are not asked
_TOO_LARGE = 413
_BROKEN = 500  # and what comes after: something on the way has failed, not the request
# Of those below: a proxy that gives up waiting for the request, or asks for patience (RFC 9110, 15.5.9; RFC 6585, 4).
_ASKED_TO_WAIT = frozenset({408, 425, 429})

_DETAILS = 500  # bytes of a strange answer that are worth keeping


def is_refusal(status: int) -> bool:
    """Whether the status says anything but that it worked."""
    return status >= _REFUSED


def is_unanswered(status: int) -> bool:
    """Whether a strange answer of that status says that the server behind a proxy has not answered, for now."""
    return status >= _BROKEN or status in _ASKED_TO_WAIT


def refusal(server_url: str, status: int, content: bytes) -> DeskError:
    """What a refusal is to the desktop: :class:`Unreachable` is asked again later, anything else is not."""
    try:
        problem = Problem.model_validate_json(content)
    except ValidationError:
        return _strange(server_url, status, content)
    details = json.dumps(problem.details, indent=2, ensure_ascii=False) if problem.details else ""
    if problem.code == ErrorCode.UNAUTHORIZED:
        return LoggedOut(Trouble.LOGGED_OUT, problem=problem, details=details)
    if problem.code == ErrorCode.UNAVAILABLE:
        return Unreachable(Trouble.UNAVAILABLE, problem=problem, details=details)
    return Refused(Trouble.REFUSED, problem=problem, details=details)


def understood(server_url: str, status: int, content: bytes, form: type[Answer], *, asked: str) -> Answer:
    """What was asked for, in that form. Raises :class:`Refused`; ``asked`` stands in its details."""
    if form is type(None):
        if status != _NOTHING_TO_SAY:
            raise _strange(server_url, status, content)
        return None
    try:
        return TypeAdapter(form).validate_json(content)
    except ValidationError as error:
        if any(detail["type"] == "json_invalid" for detail in error.errors(include_input=False)):
            raise _strange(server_url, status, content) from error  # a page, or half an answer
        raise Refused(Trouble.NOT_UNDERSTOOD, details=f"{asked}: {error}") from error


def _strange(server_url: str, status: int, content: bytes) -> DeskError:
    """What is not in the server's form."""
    details = f"HTTP {status}: {content[:_DETAILS].decode('utf-8', 'replace')}"
    if is_unanswered(status):
        return Unreachable(Trouble.BEHIND_PROXY, details=details, server=server_url)
    if status == _TOO_LARGE:
        return Refused(Trouble.TOO_LARGE_FOR_PROXY, details=details, server=server_url)
    return Refused(Trouble.STRANGER, details=details)

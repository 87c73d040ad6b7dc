"""What an answer of the web means: the server's own word, a proxy's in front of it, or a stranger's.

A proxy answers in the server's place when it cannot reach it (RFC 9110, 15.6.3 to 15.6.5) or takes no body of that size
(15.5.14), with a page of its own making. Only what is in the server's own form is the server's word.
"""

from __future__ import annotations

import json
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError
from PySide6.QtCore import QCoreApplication

from desktop.backend.errors import DeskError, LoggedOut, Refused, Unreachable
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


def refusal(server_url: str, status: int, content: bytes) -> DeskError:
    """What a refusal is to the desktop: :class:`Unreachable` is asked again later, anything else is not."""
    try:
        problem = Problem.model_validate_json(content)
    except ValidationError:
        return _strange(server_url, status, content)
    details = json.dumps(problem.details, indent=2, ensure_ascii=False) if problem.details else ""
    if problem.code == ErrorCode.UNAUTHORIZED:
        return LoggedOut("You are logged out.", problem.message, code=problem.code, details=details)
    if problem.code == ErrorCode.UNAVAILABLE:
        return Unreachable("The server cannot answer.", problem.message, code=problem.code, details=details)
    return Refused("That did not work.", problem.message, code=problem.code, details=details, facts=problem.details)


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
        translate = QCoreApplication.translate
        raise Refused(
            translate("Answers", "The server's answer was not understood."),
            translate("Answers", "Server and desktop may be of different versions; update the older one."),
            code="notUnderstood",
            details=f"{asked}: {error}",
        ) from error


def _strange(server_url: str, status: int, content: bytes) -> DeskError:
    """What is not in the server's form."""
    translate = QCoreApplication.translate
    details = f"HTTP {status}: {content[:_DETAILS].decode('utf-8', 'replace')}"
    if status >= _BROKEN or status in _ASKED_TO_WAIT:
        return Unreachable(
            translate("Answers", "The server cannot be reached."),
            translate(
                "Answers",
                "A proxy answers at {0}, but the server behind it does not; it may be restarting. "
                "Try again in a moment.",
            ).format(server_url),
            code="unreachable",
            details=details,
        )
    if status == _TOO_LARGE:
        return Refused(
            translate("Answers", "The file is too large for what stands in front of the server."),
            translate(
                "Answers",
                "The proxy at {0} takes no files of this size. Whoever looks after it can raise its limit to 60 MB "
                "(in nginx: client_max_body_size 60m).",
            ).format(server_url),
            code=ErrorCode.TOO_LARGE,
            details=details,
        )
    return Refused(
        translate("Answers", "Something else answers at this address."),
        translate("Answers", "Check the server's address; what answered is not Activation Desk."),
        code="notUnderstood",
        details=details,
    )

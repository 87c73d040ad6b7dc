"""Errors of the service: each has a stable code, a sentence for people, and says what to do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from server.contract import ErrorCode, Param, Phrase, Problem


class ServiceError(Exception):
    """Something a person can understand and act on; ``message`` is one or two sentences without secrets.

    ``sentence`` is the same for clients that speak other languages; None where none of them will ever hear it.
    """

    code: ClassVar[ErrorCode] = ErrorCode.INTERNAL

    def __init__(
        self, said: Phrase | str, *, details: Mapping[str, Any] | None = None, **params: Param | datetime
    ) -> None:
        """``params``: what the reason names. ``details``: what programs go by."""
        self.sentence = said.says(**params) if isinstance(said, Phrase) else None
        self.message = said if isinstance(said, str) else said.says(**params).english
        self.details = dict(details or {})
        super().__init__(self.message)

    def as_row(self) -> dict[str, Any]:
        """What is stored of it where it is the end of something."""
        sentence = None if self.sentence is None else self.sentence.model_dump(mode="json")
        return {"message": self.message, "sentence": sentence}

    @property
    def problem(self) -> Problem:
        """The error as it crosses the wire."""
        return Problem(code=self.code, message=self.message, sentence=self.sentence, details=self.details)


class StartError(ServiceError):
    """The service cannot start as it is set up: port taken, data directory locked, database unreachable, newer data."""

    code = ErrorCode.UNAVAILABLE


class DatabaseUnreachable(StartError):
    """The database does not answer."""


class BadCredentials(ServiceError):
    """Name or password are wrong; which of the two is not said."""

    code = ErrorCode.BAD_CREDENTIALS


class Unauthorized(ServiceError):
    """No token, or one that is not good any more."""

    code = ErrorCode.UNAUTHORIZED


class Forbidden(ServiceError):
    """The admin's role does not allow this."""

    code = ErrorCode.FORBIDDEN


class PasswordChangeNeeded(ServiceError):
    """The admin's password was made for the first login and is still the same."""

    code = ErrorCode.PASSWORD_CHANGE_NEEDED


class TooManyAttempts(ServiceError):
    """Too many wrong passwords: the next one is looked at in ``retry_after`` seconds."""

    code = ErrorCode.TOO_MANY_ATTEMPTS

    def __init__(self, *, retry_after: int) -> None:
        super().__init__(Phrase.TOO_MANY_ATTEMPTS, details={"retryAfter": retry_after}, wait=retry_after)
        self.retry_after = retry_after


class NotFound(ServiceError):
    """There is no such thing (any more)."""

    code = ErrorCode.NOT_FOUND


class TooMany(ServiceError):
    """More than one admin may have at once."""

    code = ErrorCode.TOO_MANY


class Invalid(ServiceError):
    """The request makes no sense; the message says which part."""

    code = ErrorCode.INVALID


class Conflict(ServiceError):
    """The request clashes with what is there."""

    code = ErrorCode.CONFLICT


class TooLarge(ServiceError):
    """The request is larger than the service takes."""

    code = ErrorCode.TOO_LARGE

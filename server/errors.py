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
    """The program cannot begin: always one of the two below, which differ in whether it is worth trying again.

    The exit codes are those of ``sysexits.h``, which service managers and scripts know.
    """

    code = ErrorCode.UNAVAILABLE
    exit_code: ClassVar[int]


class WrongSetup(StartError):
    """As it is set up it can never work, until somebody changes a setting, a key, the version, a row."""

    exit_code = 78  # EX_CONFIG


class NotNow(StartError):
    """The world is not ready: what was tried may work in a moment, with nothing changed.

    Everything that is asked of others is of this kind: a database, a port, an address, a disk, a lock.
    """

    exit_code = 75  # EX_TEMPFAIL


class DatabaseAway(Exception):
    """The database does not answer, or has trouble of its own, and either passes: to be asked again a little later.

    It is nobody's mistake, so it is no :class:`ServiceError`: nothing may be given up because of it. The driver's own
    error is the cause.
    """

    def __init__(self, reason: str, *, cut: bool = False) -> None:
        """``cut``: the connection was lost in the middle, and what was asked for may have been done all the same."""
        super().__init__(reason)
        self.cut = cut


class DatabaseUnreachable(NotNow):
    """The database does not answer."""


class DatabaseGone(WrongSetup):
    """The database was dropped under the running service, or another one stands in its place.

    Not to be gone on with: what the service knows (the key of its secrets, who is logged in, what is being sent) is of
    the other one. Not to be begun again by itself either: somebody may just be putting back a backup.
    """

    def __init__(self) -> None:
        super().__init__(Phrase.DATABASE_GONE)


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


class Unavailable(ServiceError):
    """Not now: something that it takes is away."""

    code = ErrorCode.UNAVAILABLE


class TooLarge(ServiceError):
    """The request is larger than the service takes."""

    code = ErrorCode.TOO_LARGE

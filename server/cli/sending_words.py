"""How sending stands, on a terminal: by the names and sentences that the desktop has for it, in English."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from server.contract import (
    AccountState,
    BounceReading,
    EstimateBasis,
    PartRestarts,
    Phrase,
    SendingState,
    SendingStatus,
)
from server.contract.sentences import joined

NAMES: Mapping[SendingState, str] = {
    SendingState.IDLE: "Nothing to send",
    SendingState.SENDING: "Sending",
    SendingState.SLOWED: "Slowed",
    SendingState.LIMITED: "Limited",
    SendingState.WAITING: "Waiting",
    SendingState.BLOCKED: "Blocked",
    SendingState.PAUSED: "Paused",
    SendingState.CLOSED: "Outside of the sending hours",
}

#: For so long it is news that a part of the service failed.
_LATE = timedelta(days=1)

_BASES: Mapping[EstimateBasis, str] = {
    EstimateBasis.LIMITS: "by the limits",
    EstimateBasis.MEASURED: "at the measured speed",
    EstimateBasis.DUE: "when the last email is due",
}


def standing(status: SendingStatus, now: datetime) -> Iterator[str]:
    """The state with how fast, how long and why; then accounts that are blocked while others go on, what ends, and how
    bounces are read.
    """
    told = joined(why(status, now), end(status))
    yield f"{NAMES[status.state]}: {told}" if told else f"{NAMES[status.state]}."
    if status.state is not SendingState.BLOCKED:
        for account in status.accounts:
            if account.state is AccountState.BLOCKED:
                yield f"{account.name} is blocked: {joined(account.message, _next_try(account.next_at, now))}"
    yield from (each.english for each in status.warnings)
    if (bounces := status.bounces) is not None:
        yield f"Bounces are read from {bounces.name}." if not bounces.message else _not_read(bounces, now)


def begun_again(restarts: Iterable[PartRestarts], now: datetime) -> Iterator[str]:
    """Parts of the service that failed of late, and go on: nothing else says so but the log."""
    for each in restarts:
        if now - each.last_at < _LATE:
            times = "once" if each.count == 1 else f"{each.count:,} times since {each.since.astimezone():%Y-%m-%d}"
            yield (
                f"'{each.part}' failed unexpectedly and was begun again, {times}, last at "
                f"{each.last_at.astimezone():%Y-%m-%d %H:%M}. The service's log says why."
            )


def _not_read(bounces: BounceReading, now: datetime) -> str:
    return f"Bounces are not read: {joined(bounces.message, _next_try(bounces.next_at, now))}"


def why(status: SendingStatus, now: datetime) -> str:
    """How fast, how long until the next emails, or why there are none; perhaps nothing."""
    wait = _wait(status.next_at, now)
    match status.state:
        case SendingState.IDLE | SendingState.SENDING:
            return ""
        case SendingState.SLOWED if status.per_minute is not None:
            return f"The mail server asked for it: about {_per_minute(status.per_minute)} a minute."
        case SendingState.SLOWED:
            return "The mail server asked for it."
        case SendingState.LIMITED if wait and status.next_count:
            return f"The sending limit leaves room for the next {status.next_count:,} in {wait}."
        case SendingState.LIMITED:
            return "The sending limit leaves no room at the moment."
        case SendingState.WAITING if _is_for_later(status):
            return _reason(status)
        case SendingState.WAITING if wait:
            return joined(f"All that is left was put off. Next try in {wait}.", _reason(status))
        case SendingState.WAITING:
            return joined("All that is left was put off and is tried again by itself.", _reason(status))
        case SendingState.BLOCKED:
            return joined(_reason(status), _next_try(status.next_at, now))
        case SendingState.PAUSED:
            return _reason(status)
        case SendingState.CLOSED if status.next_at is not None:
            return joined(_reason(status), f"It goes on at {status.next_at.astimezone():%Y-%m-%d %H:%M}.")
        case SendingState.CLOSED:
            return _reason(status)


def end(status: SendingStatus) -> str:
    """When the queue will be empty; nothing where that is not the question."""
    match status.state:
        case SendingState.IDLE | SendingState.BLOCKED:
            return ""
        case SendingState.PAUSED if status.next_at is None:
            return "Nothing leaves until somebody resumes."
        case SendingState.PAUSED if status.finished_at is None:
            return "It goes on by itself."
        case _ if status.finished_at is None or status.basis is None:
            return "When the queue will be empty cannot be said."
        case _:
            return f"Empty at about {status.finished_at.astimezone():%Y-%m-%d %H:%M}, {_BASES[status.basis]}."


def _is_for_later(status: SendingStatus) -> bool:
    return status.sentence is not None and status.sentence.code == Phrase.LEAVE_FROM.code


def _reason(status: SendingStatus) -> str:
    return (status.sentence.english if status.sentence is not None else "") or status.message


def _next_try(at: datetime | None, now: datetime) -> str:
    wait = _wait(at, now)
    return f"Next try in {wait}." if wait else "It is tried now."


def _wait(at: datetime | None, now: datetime) -> str:
    """A length of time in one unit or two; empty when there is none left."""
    seconds = 0 if at is None else math.ceil((at - now).total_seconds())
    if seconds <= 0:
        return ""
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60} s"
    return f"{seconds // 3600} h {seconds % 3600 // 60} min"


def _per_minute(speed: float) -> str:
    return f"{speed:,.0f}" if speed >= 2 else f"{speed:.1f}"

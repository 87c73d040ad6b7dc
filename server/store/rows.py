"""Rows as this program reads them, whoever has written them.

Another program on the same collections leaves out fields, writes them in another type, and has others besides. Where a
row is read, each field that is needed is as it is if it can be used, and otherwise what it says here; the row in the
database keeps what it has. No row of another program may end or stop anything.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from bson import Int64, ObjectId

from server.contract import EmailEventKind, EmailState

Row = Mapping[str, Any]

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_MOST = 2**53


def made_at(row: Row) -> datetime:
    """When a row was made that does not say so: an ObjectId begins with the time."""
    id_ = row.get("_id")
    return id_.generation_time if isinstance(id_, ObjectId) else _LONG_AGO


def text(value: object) -> str:
    """What is shown of it."""
    match value:
        case str():
            return value
        case bool() | None:
            return ""
        case int() | float():
            return str(value)
        case _:
            return ""


def count(value: object) -> int:
    """A number of something: none or more."""
    match value:
        case bool():
            return 0
        case int():
            return int(value) if 0 <= value <= _MOST else 0
        case float() if math.isfinite(value) and 0 <= value <= _MOST:
            return int(value)
        case _:
            return 0


def history(value: object) -> list[dict[str, Any]]:
    """The events that are some."""
    return [each for each in value if _is_event(each)] if isinstance(value, list) else []


def _is_event(value: object) -> bool:
    return (
        isinstance(value, Mapping)
        and value.get("what") in {kind.value for kind in EmailEventKind}
        and isinstance(value.get("at"), datetime)
        and isinstance(value.get("detail"), str)
        and isinstance(value.get("account", ""), str)
    )


def is_plain_id(value: object) -> bool:
    """Whether a row can be told from others by it here: not by a document or a list."""
    return isinstance(value, Hashable)


def _is(*kinds: type) -> Callable[[object], bool]:
    return lambda value: isinstance(value, kinds) and (not isinstance(value, bool) or bool in kinds)


def _or_none(*kinds: type) -> Callable[[object], bool]:
    return lambda value: value is None or _is(*kinds)(value)


@dataclass(frozen=True)
class Field:
    """What a field has to be to be used, and what stands for it otherwise."""

    is_right: Callable[[object], bool]
    otherwise: Callable[[Row], Any]
    #: Rows of this program need not have it either.
    is_optional: bool = False


Fields = Mapping[str, Field]


def _made(row: Row) -> datetime:
    created = row.get("createdAt")
    return created if isinstance(created, datetime) else made_at(row)


def _text(name: str) -> Field:
    return Field(_is(str), lambda row: text(row.get(name)))


def _count(name: str) -> Field:
    return Field(lambda value: type(value) in (int, Int64) and value == count(value), lambda row: count(row.get(name)))


def _nothing(*kinds: type, is_optional: bool = False) -> Field:
    return Field(_or_none(*kinds), lambda _: None, is_optional)


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


_AT = Field(_is(datetime), _made)
#: The id of another row; of whatever kind, but for values that nothing can be looked up by.
_REFERENCE = Field(is_plain_id, lambda _: None)

_PERSON: Fields = {"email": _text("email"), "name": _text("name"), "createdAt": _AT}

LEAD: Fields = MappingProxyType(
    {
        **_PERSON,
        "company": _text("company"),
        "phone": _text("phone"),
        "importedBy": _text("importedBy"),
        "activatedAt": _nothing(datetime, is_optional=True),
        "skipReason": _nothing(str, is_optional=True),
    }
)
USER: Fields = MappingProxyType(
    {
        **_PERSON,
        "isOnline": Field(_is(bool), lambda _: False),
        "lastSeen": _nothing(datetime),
        "mustChangePassword": Field(_is(bool), lambda _: False),
    }
)
_EMAIL: Fields = {
    **_PERSON,
    "userId": _REFERENCE,
    "leadId": _REFERENCE,
    "activationId": _REFERENCE,
    "attempts": _count("attempts"),
    "messageId": _text("messageId"),
    "account": _nothing(str),
    "uncertain": _count("uncertain"),
    "history": Field(lambda value: value == history(value), lambda row: history(row.get("history")), is_optional=True),
}
PENDING: Fields = MappingProxyType(
    {
        **_EMAIL,
        "status": Field(
            lambda value: value in (EmailState.PENDING.value, EmailState.PROCESSING.value),
            lambda _: EmailState.PENDING.value,
        ),
        "queuedAt": Field(_is(datetime), _made, is_optional=True),
        "nextAttemptAt": _AT,
        "leaseOwner": _nothing(str),
        "leaseExpiresAt": _nothing(datetime),
        "leaseSeconds": _nothing(int, Int64, float, is_optional=True),
        "stage": _nothing(str),
        "lastError": _nothing(str),
        "lastAttemptAt": _nothing(datetime),
        "notBefore": _nothing(datetime, is_optional=True),
        "inLine": Field(_is(bool), lambda _: False, is_optional=True),
        "doubtedBy": Field(_is_texts, lambda _: [], is_optional=True),
    }
)
FAILED: Fields = MappingProxyType(
    {
        **_EMAIL,
        "error": _text("error"),
        "notBefore": _nothing(datetime, is_optional=True),
        "cause": Field(_is(str), lambda row: text(row.get("error"))),
        "lastAttemptDate": _AT,
        "held": Field(lambda value: value is None or is_held(value), lambda _: None, is_optional=True),
        "bounced": Field(lambda value: value is None or _is_bounce(value), lambda _: None, is_optional=True),
    }
)
DELIVERY: Fields = MappingProxyType(
    {
        **_EMAIL,
        "account": _text("account"),
        "sentAt": _AT,
        "reply": _text("reply"),
        "durationMs": Field(lambda value: type(value) in (int, Int64, float), lambda _: 0),
    }
)


def is_held(value: object) -> bool:
    """Whether it tells who keeps an email back."""
    return isinstance(value, Mapping) and isinstance(value.get("by"), str)


def is_bounced(row: Row) -> bool:
    """Whether a failed email had been accepted, and came back."""
    return _is_bounce(row.get("bounced"))


def _is_bounce(value: object) -> bool:
    return isinstance(value, Mapping) and isinstance(value.get("sourceId"), str)


def whole(row: Row, fields: Fields) -> dict[str, Any]:
    """The row with every field as it can be used, and with all others that it has."""
    return {**row, **missing(row, fields)}


def missing(row: Row, fields: Fields) -> dict[str, Any]:
    """What would have to be written to make it whole."""
    return {
        name: field.otherwise(row)
        for name, field in fields.items()
        if (not field.is_right(row[name]) if name in row else not field.is_optional)
    }


def can_be_sent(row: Row) -> bool:
    """Whether a worker can do with a row of the queue what it does with those that this program has written."""
    is_whole = not missing(row, PENDING) and bool(row["messageId"] and row["email"])
    return is_whole and is_plain_id(row.get("_id")) and is_sealed(row.get("password"))


def is_sealed(value: object) -> bool:
    """Whether it is a password as this program stores it: encrypted, and so no text. By which key, the vault says."""
    return isinstance(value, bytes)

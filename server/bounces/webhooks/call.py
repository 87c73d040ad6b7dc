"""A call of a provider: whether it is from there, and what all of them say alike."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import SecretStr

from server.bounces.ours import Ours, Sending
from server.bounces.told import answer_in, code_in, reason_line
from server.store.bounces import Kind, Report

#: Providers repeat a call that was not answered well for a day at most (SendGrid 24 hours, Mailgun 8, SNS one).
OLDEST = timedelta(hours=25)
#: What clocks may differ by.
_AHEAD = timedelta(minutes=10)
_LONGEST_ID = 200  # characters
_LONGEST_TEXT = 4000
_LONGEST_ADDRESS = 320


class NotTheirs(Exception):
    """It is not shown that the provider has sent it. The reason is for the log of the service alone."""


class NotUnderstood(Exception):
    """The provider has sent something else than what is known of it."""


@dataclass(frozen=True)
class Call:
    """What was sent to the address of a provider, and when it came."""

    headers: Mapping[str, str]  # by names in small letters
    body: bytes
    at: datetime

    def json(self) -> Any:
        """The body. Raises :class:`NotUnderstood`."""
        return parsed(self.body)

    def must_be_fresh(self, moment: datetime | None) -> None:
        """Raises :class:`NotTheirs` for what is too old to be called for the first time, or not even signed yet."""
        if moment is None or not self.at - OLDEST < moment < self.at + _AHEAD:
            raise NotTheirs(f"signed at {moment}, and came at {self.at}")

    def must_know(self, secret: SecretStr) -> None:
        """The secret stands in its address (``https://any:SECRET@…``) or is its token. Raises :class:`NotTheirs`."""
        kind, _, given = self.headers.get("authorization", "").partition(" ")
        if kind.lower() == "basic":
            try:
                given = base64.b64decode(given.strip(), validate=True).decode("utf-8", "replace").partition(":")[2]
            except (ValueError, binascii.Error) as error:
                raise NotTheirs("it shows no secret") from error
        elif kind.lower() != "bearer":
            raise NotTheirs("it shows no secret")
        if not same(given.strip(), secret.get_secret_value()):
            raise NotTheirs("it shows another secret")


def same(given: str, wanted: str) -> bool:
    """Compared in a time that tells nothing."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode("utf-8"))


def parsed(text: str | bytes) -> Any:
    """JSON. Raises :class:`NotUnderstood`."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotUnderstood("it is not JSON") from error


class Fields:
    """An object of JSON of which nobody can say what is in it."""

    def __init__(self, value: Any) -> None:
        self._value: Mapping[str, Any] = value if isinstance(value, Mapping) else {}

    def text(self, *names: str) -> str:
        """The first of these that is a text or a number and not empty; else ""."""
        for name in names:
            value = self._value.get(name)
            if isinstance(value, str | int | float) and not isinstance(value, bool) and str(value).strip():
                return str(value)[:_LONGEST_TEXT].strip()
        return ""

    def whole(self, name: str) -> str:
        """A text as it is; "" where it is none."""
        value = self._value.get(name)
        return value if isinstance(value, str) else ""

    def has(self, name: str) -> bool:
        """Whether it is there."""
        return self._value.get(name) is not None

    def of(self, name: str) -> Fields:
        """An object within it; an empty one where there is none."""
        return Fields(self._value.get(name))

    def all(self, name: str) -> list[Fields]:
        """A list of objects within it."""
        return objects(self._value.get(name))

    def texts(self) -> list[str]:
        """Every value that is a text."""
        return [value for value in self._value.values() if isinstance(value, str)]

    def is_true(self, name: str) -> bool:
        """Whether it says so."""
        return self._value.get(name) in (True, 1, "true", "1")

    def moment(self, name: str) -> datetime | None:
        """A moment in seconds or milliseconds since 1970, or as ISO 8601 writes it."""
        return moment_of(self._value.get(name))


def objects(value: Any) -> list[Fields]:
    """The objects of a list; one that stands alone is a list of one."""
    found = value if isinstance(value, list) else [value]
    return [Fields(each) for each in found if isinstance(each, Mapping)]


_MILLISECONDS = 1e11  # beyond this no provider counts seconds


def moment_of(value: Any) -> datetime | None:
    """None where it is none."""
    try:
        if isinstance(value, str) and not value.replace(".", "", 1).isdigit():
            moment = datetime.fromisoformat(value.strip())
            return moment.astimezone(UTC) if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            seconds = float(value)
            return datetime.fromtimestamp(seconds / 1000 if seconds > _MILLISECONDS else seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None


def sending_of(ours: Ours, *, names: Iterable[str] = (), message_ids: Iterable[str] = ()) -> Sending | None:
    """Of ours the one that is named: by what ``MAIL_HEADERS`` has given along, or by its Message-ID."""
    for name in names:
        if found := ours.of_envelope_id(name):
            return found
    for message_id in message_ids:
        if found := ours.of_message_id(f"<{message_id.strip().strip('<>')}>"):
            return found
    return None


def report(
    kind: Kind,
    sending: Sending | None,
    *,
    recipient: str,
    texts: Iterable[str],
    source_id: str,
    at: datetime | None,
    code: str = "",
) -> Report:
    """``texts``: where it may be said why, the best first; ``code``: where the provider tells it apart."""
    said = [text for text in texts if text]
    found = next((each for text in said if (each := code_in(text))), "") or code_in(code)
    return Report(
        kind=kind,
        email_id=None if sending is None else sending.email_id,
        recipient=recipient[:_LONGEST_ADDRESS] or None,
        code=found,
        reason=reason_line(answer_in(said[0])) if said else "",
        source_id=source_id[:_LONGEST_ID],
        at=at,
        sending=0 if sending is None else sending.number,
    )

"""Ids of rows as they cross the wire, and back.

Ours are ObjectIds. Another program gives its leads, users and emails what it likes: names, numbers, UUIDs. Such an id
crosses as its BSON, so that what comes back is the same value of the same type and finds the same row.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from typing import Any

import bson
from bson import Binary, Code, CodecOptions, Decimal128, ObjectId
from bson.errors import BSONError

from server.contract import Phrase
from server.errors import Invalid

#: What the id begins with that is none of ours; nothing that has to be escaped in an address, and no digit.
_FOREIGN = "~"
#: What is looked for as it is. A pattern, say, would find rows with other ids; and documents are no keys here.
_PLAIN = (str, int, float, bool, bytes, Binary, datetime, Decimal128, ObjectId)
_OPTIONS: CodecOptions[dict[str, Any]] = CodecOptions(tz_aware=True, tzinfo=UTC)


def wire_id(id_: object) -> str:
    """Of a row's ``_id``."""
    if isinstance(id_, ObjectId):
        return str(id_)
    return _FOREIGN + urlsafe_b64encode(bson.encode({"": id_})).decode().rstrip("=")


def stored_id(text: str) -> Any:
    """The ``_id`` behind what :func:`wire_id` has answered. Raises :class:`Invalid`."""
    if ObjectId.is_valid(text):
        return ObjectId(text)
    try:
        document = bson.decode(urlsafe_b64decode(text.removeprefix(_FOREIGN) + "=="), _OPTIONS)
    except (ValueError, BSONError, RecursionError) as error:
        raise Invalid(Phrase.NO_ROW_ID, id=text[:60]) from error
    if not text.startswith(_FOREIGN) or list(document) != [""] or not _is_plain(document[""]):
        raise Invalid(Phrase.NO_ROW_ID, id=text[:60])
    return document[""]


def _is_plain(value: object) -> bool:
    return isinstance(value, _PLAIN) and not isinstance(value, Code)  # which is a kind of text to the driver

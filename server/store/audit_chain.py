"""The chain of seals over the audit log: what a seal says, and how it is known that the service has written it.

Each entry that grows no more gets a seal with the next number. A seal holds the entry's digest and the hash of the seal
before it, so no entry can be changed, added or left out without all later seals being made anew; and each of them
bears a code (HMAC-SHA-256, RFC 2104) under a key derived from the master key, which is not in the database. The head
says where the chain ends, and the anchor from where on it is kept; both bear such a code as well.

The hashes take no key: what was sealed under a master key that was replaced is proven by the seals after it. Only which
of those seals is wrong can then not be told, where somebody has made many of them anew.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from bson import ObjectId

from server.store.client import Document
from server.store.master_key import fingerprint

#: The row of the head in ``meta``.
HEAD_ID = "auditChain"
#: What the first seal follows.
NOTHING = "0" * 64
#: Of an entry, fields that belong to its sealing and not to what it tells.
OUTSIDE = frozenset({"sealed", "openUntil"})

_PURPOSE = b"activation-desk audit log"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class SealKind(StrEnum):
    """What a seal is there for."""

    #: It seals an entry.
    ENTRY = "entry"
    #: The chain was not as it had been left, and goes on from what was found.
    BREAK = "break"
    #: The master key was lost and given up: nobody can prove what was sealed before.
    KEY_GIVEN_UP = "keyGivenUp"


@dataclass(frozen=True)
class ChainKey:
    """What seals are made with."""

    #: Of the master key that it is derived from; no secret.
    name: str
    secret: bytes = field(repr=False)

    @classmethod
    def of(cls, master_key: bytes) -> ChainKey:
        """The one that belongs to a master key."""
        return cls(fingerprint(master_key), hmac.digest(master_key, _PURPOSE, "sha256"))

    def code(self, purpose: str, text: str) -> str:
        """Nobody without the key can make it. ``purpose``: the code of a seal is none of a head."""
        return hmac.digest(self.secret, f"{purpose} {text}".encode(), "sha256").hex()


#: The keys that are known here, by their names.
ChainKeys = Mapping[str, ChainKey]


def chain_keys(master_keys: Sequence[bytes]) -> ChainKeys:
    """Those of these master keys."""
    keys = [ChainKey.of(each) for each in master_keys]
    return {key.name: key for key in keys}


@dataclass(frozen=True)
class Place:
    """A seal of the chain, or what comes before the first."""

    number: int = 0
    hash: str = NOTHING


@dataclass(frozen=True)
class Seal:
    """One link of the chain, a row of ``auditSeals``."""

    number: int
    previous: str
    kind: SealKind
    #: The entry's id, time and digest; None: it seals none.
    entry: ObjectId | None
    at: datetime | None
    digest: str
    sealed_at: datetime
    #: The name of the key that the code is made with.
    key: str
    #: Of all of the above.
    hash: str = ""
    code: str = ""

    def as_row(self) -> Document:
        """As it is kept."""
        return {"_id": self.number, **self.covered(), "hash": self.hash, "code": self.code}

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Seal | None:
        """None where the row is none."""
        try:
            return cls(
                number=int(row["number"]),
                previous=str(row["previous"]),
                kind=SealKind(row["kind"]),
                entry=row["entry"],
                at=row["at"],
                digest=str(row["digest"]),
                sealed_at=row["sealedAt"],
                key=str(row["key"]),
                hash=str(row["hash"]),
                code=str(row["code"]),
            )
        except (KeyError, ValueError, TypeError, OverflowError):
            return None

    def under(self, key: ChainKey) -> Seal:
        """With hash and code."""
        hashed = replace(self, key=key.name)
        found = digest(hashed.covered())
        return replace(hashed, hash=found, code=key.code("seal", found))

    @property
    def place(self) -> Place:
        """Where the chain stands with it."""
        return Place(self.number, self.hash)

    def is_genuine(self, keys: ChainKeys) -> bool:
        """Whether nobody has changed it. One under a key that is not known here may have been made anew as a whole:
        that shows in the seals after it."""
        if digest(self.covered()) != self.hash:
            return False
        key = keys.get(self.key)
        return key is None or hmac.compare_digest(key.code("seal", self.hash).encode(), self.code.encode())

    def covered(self) -> Document:
        """What its hash is of."""
        return {
            "number": self.number,
            "previous": self.previous,
            "kind": self.kind.value,
            "entry": self.entry,
            "at": self.at,
            "digest": self.digest,
            "sealedAt": self.sealed_at,
            "key": self.key,
        }


@dataclass(frozen=True)
class Head:
    """Where the chain ends, and after which seal it begins: those up to the anchor are gone, as their time was over."""

    end: Place
    anchor: Place
    key: str = ""
    code: str = ""

    def as_row(self) -> Document:
        """As it is kept."""
        return {**self.covered(), "key": self.key, "code": self.code}

    @classmethod
    def from_row(cls, row: Mapping[str, Any] | None) -> Head | None:
        """None where there is none, or none that can be read."""
        try:
            return None if row is None else cls(_place(row["end"]), _place(row["anchor"]), row["key"], row["code"])
        except (KeyError, ValueError, TypeError, OverflowError):
            return None

    def under(self, key: ChainKey) -> Head:
        """With its code."""
        named = replace(self, key=key.name)
        return replace(named, code=key.code("head", digest(named.covered())))

    def is_genuine(self, key: ChainKey) -> bool:
        """Whether the service has written it."""
        return hmac.compare_digest(key.code("head", digest(self.covered())).encode(), str(self.code).encode())

    def covered(self) -> Document:
        """What its code is of."""
        return {
            "end": {"number": self.end.number, "hash": self.end.hash},
            "anchor": {"number": self.anchor.number, "hash": self.anchor.hash},
        }


def _place(row: Mapping[str, Any]) -> Place:
    return Place(int(row["number"]), str(row["hash"]))


def entry_digest(row: Mapping[str, Any]) -> str:
    """Of all that an entry tells, whatever fields it has."""
    return digest({name: value for name, value in row.items() if name not in OUTSIDE})


def digest(value: object) -> str:
    """SHA-256 of a value as the database gives it back, whichever way it was written."""
    return hashlib.sha256(json.dumps(_canonical(value), separators=(",", ":")).encode("ascii")).hexdigest()


def _canonical(value: object) -> list[object]:
    """The value with its kind beside it: no two different ones look alike. Times to the millisecond, as BSON has them;
    the order of fields does not count."""
    match value:
        case bool() | None:
            return ["b", value]
        case int():
            return ["i", str(int(value))]
        case str():
            return ["s", value]
        case datetime():
            aware = value if value.tzinfo else value.replace(tzinfo=UTC)
            return ["t", (aware - _EPOCH) // timedelta(milliseconds=1)]
        case ObjectId():
            return ["o", str(value)]
        case list() | tuple():
            return ["l", [_canonical(each) for each in value]]
        case Mapping():
            return ["m", sorted(([str(name), _canonical(each)] for name, each in value.items()), key=_name)]
        case _:  # nothing that this program writes
            return [type(value).__name__, repr(value)]


def _name(pair: Sequence[object]) -> str:
    return str(pair[0])

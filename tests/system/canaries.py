"""Secrets that sing when they get out: known ones are planted, and everything that leaves the service is searched."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from urllib.parse import quote

import psutil
from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient
from pymongo.errors import OperationFailure

Outputs = dict[str, bytes]


def sightings(outputs: Mapping[str, bytes], canaries: Mapping[str, Iterable[str]]) -> list[str]:
    """Which secret is seen in which output, in whatever way it is written there."""
    found = set()
    for name, secrets in canaries.items():
        for form in {form for secret in secrets for form in _forms(secret)}:
            found |= {f"{name} in {place}" for place, content in outputs.items() if form in content}
    return sorted(found)


def _forms(secret: str) -> set[bytes]:
    plain = secret.encode()
    return {
        plain,
        plain.upper(),
        plain.lower(),
        base64.b64encode(plain).rstrip(b"="),
        plain.hex().encode(),
        quote(secret, safe="").encode(),
        json.dumps(secret)[1:-1].encode(),
        repr(secret)[1:-1].encode(),
    }


def dumped(uri: str) -> Outputs:
    """All there is in the database, collection by collection, as stored."""
    found: Outputs = {}
    with MongoClient(uri, document_class=RawBSONDocument) as client:
        for database in client.list_database_names():
            for collection in client[database].list_collection_names():
                try:
                    rows = [row.raw for row in client[database][collection].find({})]
                except OperationFailure:  # of the database's own, and nobody's to read
                    continue
                found[f"collection {database}.{collection}"] = b"\n".join(rows)
    return found


def arguments(pid: int) -> Outputs:
    """What every user of the machine sees of a process and those it has started."""
    service = psutil.Process(pid)
    return {
        f"arguments of {process.name()}": "\0".join(process.cmdline()).encode()
        for process in (service, *service.children(recursive=True))
    }

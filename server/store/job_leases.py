"""Taking jobs that nobody works on: activations and imports are held alike, each by one server with a lease."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Generic, TypeVar

from bson import ObjectId
from pydantic import BaseModel, ValidationError

from server.contract import Phrase
from server.errors import ServiceError
from server.store import client

Job = TypeVar("Job")
Request = TypeVar("Request", bound=BaseModel)

#: How often a job is begun without coming on: one in which the server or its database ends each time is set aside.
MAX_TRIES = 5
#: To be set whenever a job has come on: only tries that led to nothing are counted.
CAME_ON = {"tries": 0}


def read_request(kind: type[Request], stored: object) -> Request:
    """What a job was asked for. To be read when it is needed: whatever was stored, the job can be taken and ended.

    Raises :class:`ServiceError` where this version does not know such a request.
    """
    try:
        return kind.model_validate(stored)
    except ValidationError as error:
        raise ServiceError(Phrase.OF_ANOTHER_VERSION) from error


@dataclass(frozen=True)
class Taken(Generic[Job]):
    """Jobs that are this server's now, and after what time another server may have lost one; None: none has any."""

    jobs: Sequence[Job]
    free_in: timedelta | None


@dataclass(frozen=True)
class JobLeases:
    """Who holds which job of a collection, and how often it was tried.

    Rows have ``state``, ``leaseOwner``, ``leaseExpiresAt``, ``createdAt`` and, once begun, ``tries``. A try is counted
    before the work begins, so that one counts as well that ends the server.
    """

    database: client.Database
    jobs: client.Collection
    #: States of a job that is to be worked on.
    open: Collection[StrEnum]
    #: What is read of a job when it is taken.
    projection: Mapping[str, int] | None = None

    async def take(
        self, owner: str, lease: timedelta, read: Callable[[Mapping[str, Any]], Job], *, besides: Collection[ObjectId]
    ) -> Taken[Job]:
        """Take over every open job whose lease has ended, ``besides`` these; a single look, as it is a frequent one."""
        now = await self.database.now()
        taken: list[Job] = []
        others: list[timedelta] = []
        for row in await self.jobs.find(self._is_open(), self.projection).sort("createdAt", 1).to_list():
            if row["_id"] in besides:
                continue
            if row["leaseExpiresAt"] > now:
                others.append(row["leaseExpiresAt"] - now)
                continue
            if row["leaseOwner"] is not None and not self.database.clock.is_steady(lease):
                others.append(lease)
                continue
            result = await self.jobs.update_one(
                {"_id": row["_id"], "leaseOwner": row["leaseOwner"], "leaseExpiresAt": row["leaseExpiresAt"]},
                {"$set": {"leaseOwner": owner, "leaseExpiresAt": now + lease}, "$inc": {"tries": 1}},
            )
            if result.modified_count:
                taken.append(read({**row, "tries": row.get("tries", 0) + 1}))
            else:  # another server was faster
                others.append(lease)
        return Taken(taken, min(others, default=None))

    async def free_all(self) -> None:
        """End every lease: for a server that has the database to itself, where nobody else can hold one."""
        await self.database.update_many(
            self.jobs, self._is_open(), {"$set": {"leaseOwner": None, "leaseExpiresAt": await self.database.now()}}
        )

    async def release(self, job_id: ObjectId, owner: str, *, tried: bool) -> None:
        """Give a job back, for another server or the next start. ``tried``: it does not come on here."""
        await self.jobs.update_one(
            {"_id": job_id, "leaseOwner": owner},
            {
                "$set": {"leaseOwner": None, "leaseExpiresAt": await self.database.now()},
                "$inc": {"tries": 0 if tried else -1},
            },
        )

    def _is_open(self) -> dict[str, Any]:
        return {"state": {"$in": [state.value for state in self.open]}}

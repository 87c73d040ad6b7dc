"""Which database this is: one that was dropped and begun anew has the name of the one before, and nothing else."""

from __future__ import annotations

from bson import ObjectId

from server.store.client import Database, Session

#: The row in ``meta`` that says of which version the data is, and which database this is.
SCHEMA = {"_id": "schema"}


async def stamp(database: Database) -> None:
    """Give it an identity, unless it has one. The row that holds it is there."""
    await database.meta.update_one(SCHEMA | {"database": None}, {"$set": {"database": ObjectId()}})


async def read(database: Database, session: Session | None = None) -> ObjectId | None:
    """The identity; None: what was here is gone."""
    row = await database.meta.find_one(SCHEMA, {"database": 1}, session=session)
    return None if row is None else row.get("database")

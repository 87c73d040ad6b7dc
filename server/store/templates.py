"""The email template's versions: the highest is in use, older ones are kept for a while.

A version is saved over the one its author has seen; whoever comes too late is told so. Version 0 is the template that
comes with the program, as is any version without a source of its own: that is how an admin goes back to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bson import ObjectId
from pydantic import ValidationError

from server.contract import EmailTemplate, Phrase
from server.errors import Conflict
from server.store.audit import AuditLog
from server.store.client import Database, Session

#: Versions kept, the one in use among them.
KEPT = 20


class UnreadableTemplate(Exception):
    """What is stored is no template that this program knows."""


@dataclass(frozen=True)
class StoredTemplate:
    """One version; ``by`` and ``at`` are None for version 0."""

    version: int
    by: str | None
    at: datetime | None
    #: None: the template that comes with the program.
    parts: Mapping[str, str] | None

    @property
    def source(self) -> EmailTemplate | None:
        """The template itself; None: the one that comes with the program. Raises :class:`UnreadableTemplate`."""
        if self.parts is None:
            return None
        try:
            return EmailTemplate.model_validate(self.parts)
        except ValidationError as error:
            raise UnreadableTemplate(f"version {self.version} is not a template") from error


class TemplateStore:
    """Every query on ``templates``."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._templates = database.templates
        self._audit = AuditLog(database)

    async def current(self) -> StoredTemplate:
        """The version in use."""
        return await self._latest(None)

    async def versions(self) -> list[StoredTemplate]:
        """Those that are kept, the latest first."""
        rows = await self._templates.find().sort("_id", -1).limit(KEPT).to_list()
        return [_version(row) for row in rows]

    async def save(self, source: EmailTemplate | None, *, based_on: int, by: str) -> StoredTemplate:
        """A new version over version ``based_on``; None: back to the template that comes with the program.

        Raises :class:`Conflict` when ``based_on`` is not in use any more.
        """
        new = StoredTemplate(
            version=based_on + 1,
            by=by,
            at=await self._database.now(),
            parts=None if source is None else source.model_dump(mode="json"),
        )
        note = ObjectId()

        async def work(session: Session) -> None:
            latest = await self._latest(session)
            if latest.version != based_on:
                raise Conflict(
                    Phrase.TEMPLATE_SAVED_MEANWHILE,
                    details={"version": latest.version},
                    name=latest.by or "?",
                    version=latest.version,
                )
            row = {"_id": new.version, "by": by, "at": new.at, "parts": new.parts}
            await self._templates.insert_one(row, session=session)
            await self._templates.delete_many({"_id": {"$lte": new.version - KEPT}}, session=session)
            await self._audit.note(
                note,
                "template.save" if source is not None else "template.reset",
                by=by,
                count=1,
                details={"version": str(new.version)},
                session=session,
            )

        await self._database.transaction(work)
        return new

    async def _latest(self, session: Session | None) -> StoredTemplate:
        row = await self._templates.find_one({}, sort=[("_id", -1)], session=session)
        return StoredTemplate(0, None, None, None) if row is None else _version(row)


def _version(row: Mapping[str, Any]) -> StoredTemplate:
    return StoredTemplate(version=row["_id"], by=row["by"], at=row["at"], parts=row["parts"])

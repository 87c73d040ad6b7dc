"""Admins, and who is online.

Whatever could take away the last owner runs in a transaction that also changes one common document, so that two owners
who demote each other at the same moment go one after the other, and the second is refused.

A transaction changes one row of ``admins`` at most, and looks at no other afterwards: the sweeps of presence change
many rows in one go (see :meth:`Database.update_many`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from bson import ObjectId
from pymongo.errors import DuplicateKeyError

from server.contract import ActivationState, Admin, AdminAccount, OnlineAdmin, Phrase, Presence, Role
from server.errors import Conflict, NotFound
from server.store.audit import AuditLog
from server.store.client import Database, Document, Session
from server.store.ids import stored_id
from server.store.schema import ADDRESS, ADMINS_META_ID

Result = TypeVar("Result")

#: Addresses and devices that an admin is known by; older ones are forgotten.
_KNOWN = 20


@dataclass(frozen=True)
class StoredAdmin:
    """An admin with what is needed to check a password."""

    admin: Admin
    password_hash: str
    disabled: bool
    #: Where logins have come from, the latest first: addresses, and hashes of devices.
    addresses: tuple[str, ...]
    devices: tuple[str, ...]


@dataclass(frozen=True)
class NewAdmin:
    """An account to be made."""

    username: str
    password_hash: str
    role: Role
    must_change_password: bool


@dataclass(frozen=True)
class NewLogin:
    """A login to be opened. Of token and device it holds the hashes."""

    token_id: str
    expires_at: datetime
    address: str
    client: str
    device_id: str


class AdminStore:
    """Every query on admins, and the signs of life of admins and users."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._admins = database.admins
        self._tokens = database.tokens
        self._audit = AuditLog(database)

    async def find(self, username: str) -> StoredAdmin | None:
        """The admin of that name, whatever its case."""
        row = await self._admins.find_one({"username": username}, collation=ADDRESS)
        return None if row is None else _stored(row)

    async def get(self, admin_id: str) -> StoredAdmin:
        """Raises :class:`NotFound`."""
        return _stored(await self._row(ObjectId(admin_id), None))

    async def all(self) -> list[AdminAccount]:
        """All of them by name, disabled ones too."""
        rows = await self._admins.find({}).collation(ADDRESS).sort("username", 1).to_list()
        return [_account(row) for row in rows]

    async def is_empty(self) -> bool:
        """Whether nobody can log in yet."""
        return await self._admins.find_one({}, {"_id": 1}) is None

    # --- Accounts ---

    async def add(self, new: NewAdmin, *, by: str, only_as_first: bool = False) -> Admin:
        """Raises :class:`Conflict` when the name is taken (whatever its case), or somebody else was first."""
        row = {
            "_id": ObjectId(),
            "username": new.username,
            "passwordHash": new.password_hash,
            "mustChangePassword": new.must_change_password,
            "role": new.role.value,
            "disabledAt": None,
            "isOnline": False,
            "lastSeen": None,
            "createdAt": await self._database.now(),
        }

        async def work(session: Session) -> None:
            if only_as_first and await self._admins.find_one({}, {"_id": 1}, session=session) is not None:
                raise Conflict(Phrase.THERE_ARE_ADMINS)
            await self._admins.insert_one(row, session=session)
            await self._note("admin.add", row, by, session, role=new.role.value)

        try:
            await self._in_turn(work)
        except DuplicateKeyError as error:
            raise Conflict(Phrase.NAME_TAKEN, name=new.username) from error
        return admin_of(row)

    async def disable(self, admin_id: str, *, by: str) -> Admin:
        """End all logins of the admin, and let nobody log in by the account. What they have begun goes on.

        Raises :class:`NotFound`, or :class:`Conflict` for the last owner.
        """
        now = await self._database.now()

        async def work(session: Session) -> Document:
            row = await self._row(ObjectId(admin_id), session)
            if row.get("disabledAt") is not None:
                return row
            await self._leave_an_owner(row, session)
            gone = {"disabledAt": now, "isOnline": False}
            await self._admins.update_one({"_id": row["_id"]}, {"$set": gone}, session=session)
            ended = await self._tokens.delete_many({"adminId": row["_id"]}, session=session)
            running = await self._database.activations.count_documents(
                {
                    "admin": row["username"],
                    "state": {"$in": [state.value for state in ActivationState if not state.is_final]},
                },
                session=session,
            )
            goes_on = f"{running}, which the server finishes" if running else ""
            await self._note(
                "admin.disable", row, by, session, logins=str(ended.deleted_count), runningActivations=goes_on
            )
            return row

        return admin_of(await self._in_turn(work))

    async def enable(self, admin_id: str, *, by: str) -> Admin:
        """Let a disabled admin log in again. Raises :class:`NotFound`."""

        async def work(session: Session) -> Document:
            row = await self._row(ObjectId(admin_id), session)
            if row.get("disabledAt") is not None:
                await self._admins.update_one({"_id": row["_id"]}, {"$set": {"disabledAt": None}}, session=session)
                await self._note("admin.enable", row, by, session)
            return row

        return admin_of(await self._in_turn(work))

    async def change_role(self, admin_id: str, role: Role, *, by: str) -> Admin:
        """Raises :class:`NotFound`, or :class:`Conflict` for the last owner."""

        async def work(session: Session) -> Document:
            row = await self._row(ObjectId(admin_id), session)
            before = Role(row["role"])
            if role is before:
                return row
            if before is Role.OWNER:
                await self._leave_an_owner(row, session)
            await self._admins.update_one({"_id": row["_id"]}, {"$set": {"role": role.value}}, session=session)
            changes = {"from": before.value, "to": role.value}
            await self._note("admin.role", row, by, session, **changes)
            return {**row, "role": role.value}

        return admin_of(await self._in_turn(work))

    async def reset(self, admin_id: str, password_hash: str, *, by: str) -> Admin:
        """A password that has to be changed when it is used; all logins end. Raises :class:`NotFound`."""

        async def work(session: Session) -> Document:
            row = await self._row(ObjectId(admin_id), session)
            new = {"passwordHash": password_hash, "mustChangePassword": True, "addresses": [], "devices": []}
            await self._admins.update_one({"_id": row["_id"]}, {"$set": new}, session=session)
            ended = await self._tokens.delete_many({"adminId": row["_id"]}, session=session)
            await self._note("admin.reset", row, by, session, logins=str(ended.deleted_count))
            return {**row, **new}

        return admin_of(await self._in_turn(work))

    async def change_password(self, stored: StoredAdmin, password_hash: str, *, spare: str) -> None:
        """By the admin's own wish; all logins but ``spare`` end.

        Raises :class:`Conflict` when the password is not the one that was checked any more.
        """
        admin_id = ObjectId(stored.admin.id)

        async def work(session: Session) -> None:
            changed = await self._admins.update_one(
                {"_id": admin_id, "passwordHash": stored.password_hash},
                {"$set": {"passwordHash": password_hash, "mustChangePassword": False}},
                session=session,
            )
            if not changed.matched_count:
                raise Conflict(Phrase.PASSWORD_CHANGED)
            criteria = {"adminId": admin_id, "_id": {"$ne": spare}}
            ended = await self._tokens.delete_many(criteria, session=session)
            by = stored.admin.username
            details = {"logins": str(ended.deleted_count)}
            await self._audit.note(note, "password.change", by=by, count=1, details=details, session=session)

        note = ObjectId()
        await self._database.transaction(work)

    async def open_login(self, stored: StoredAdmin, new: NewLogin) -> bool:
        """Whether it was opened: only where the password is still the one that was checked, and the admin not disabled.

        It changes the admin's row, so that a reset or the like at the same moment comes before it or ends it.
        """
        admin_id = ObjectId(stored.admin.id)
        now = await self._database.now()
        note = ObjectId()

        async def work(session: Session) -> bool:
            allowed = await self._admins.update_one(
                {"_id": admin_id, "passwordHash": stored.password_hash, "disabledAt": None},
                {
                    "$set": {
                        "lastLoginAt": now,
                        "addresses": _with(new.address, stored.addresses),
                        "devices": _with(new.device_id, stored.devices),
                    }
                },
                session=session,
            )
            if not allowed.matched_count:
                return False
            row = {
                "_id": new.token_id,
                "adminId": admin_id,
                "createdAt": now,
                "lastUsedAt": now,
                "expiresAt": new.expires_at,
                "address": new.address,
                "device": new.client,
            }
            await self._tokens.insert_one(row, session=session)
            details = {"device": new.client}
            await self._audit.note(
                note, "session.login", by=stored.admin.username, count=1, details=details, session=session
            )
            return True

        return await self._database.transaction(work)

    async def _in_turn(self, work: Callable[[Session], Awaitable[Result]]) -> Result:
        """Run ``work`` in a transaction that clashes with every other one of these."""

        async def in_turn(session: Session) -> Result:
            await self._database.meta.update_one(
                {"_id": ADMINS_META_ID}, {"$inc": {"changes": 1}}, upsert=True, session=session
            )
            return await work(session)

        return await self._database.transaction(in_turn)

    async def _leave_an_owner(self, row: Document, session: Session) -> None:
        if row["role"] != Role.OWNER.value or row.get("disabledAt") is not None:
            return
        another = {"_id": {"$ne": row["_id"]}, "role": Role.OWNER.value, "disabledAt": None}
        if await self._admins.find_one(another, {"_id": 1}, session=session) is None:
            raise Conflict(Phrase.LAST_OWNER, name=row["username"])

    async def _row(self, admin_id: ObjectId, session: Session | None) -> Document:
        row = await self._admins.find_one({"_id": admin_id}, session=session)
        if row is None:
            raise NotFound(Phrase.NO_SUCH_ADMIN)
        return row

    async def _note(self, action: str, row: Document, by: str, session: Session, **details: str) -> None:
        kept = {"admin": row["username"], **{name: value for name, value in details.items() if value}}
        await self._audit.note(ObjectId(), action, by=by, count=1, details=kept, session=session)

    # --- Presence ---

    async def mark_admins_seen(self, admin_ids: Sequence[str]) -> None:
        """These admins have a desktop connected right now."""
        await self._database.update_many(
            self._admins,
            {"_id": {"$in": [ObjectId(id_) for id_ in admin_ids]}},
            {"$set": {"isOnline": True, "lastSeen": await self._database.now()}},
        )

    async def mark_users_seen(self, user_ids: Sequence[str]) -> int:
        """An application has seen these users right now; answers how many of them exist."""
        return await self._database.update_many(
            self._database.users,
            {"_id": {"$in": [stored_id(id_) for id_ in user_ids]}},
            {"$set": {"isOnline": True, "lastSeen": await self._database.now()}},
        )

    async def mark_offline(self, silent_for: timedelta) -> int:
        """Admins and users whose last sign of life is older than that are offline; answers how many."""
        limit = await self._database.now() - silent_for
        gone = {"isOnline": True, "lastSeen": {"$lt": limit}}
        offline = {"$set": {"isOnline": False}}
        admins = await self._database.update_many(self._admins, gone, offline)
        return admins + await self._database.update_many(self._database.users, gone, offline)

    async def presence(self) -> Presence:
        """Who is online."""
        rows = await self._admins.find({"isOnline": True}).sort("username", 1).to_list()
        return Presence(
            admins=tuple(OnlineAdmin(username=row["username"], last_seen=row["lastSeen"]) for row in rows),
            users_online=await self._database.users.count_documents({"isOnline": True}),
        )


def admin_of(row: Mapping[str, Any]) -> Admin:
    """The admin of that row."""
    return Admin(
        id=str(row["_id"]),
        username=row["username"],
        role=Role(row["role"]),
        must_change_password=row.get("mustChangePassword", False),
    )


def _stored(row: Mapping[str, Any]) -> StoredAdmin:
    return StoredAdmin(
        admin_of(row),
        row["passwordHash"],
        disabled=row.get("disabledAt") is not None,
        addresses=tuple(row.get("addresses", ())),
        devices=tuple(row.get("devices", ())),
    )


def _account(row: Mapping[str, Any]) -> AdminAccount:
    return AdminAccount(
        **dict(admin_of(row)),
        disabled=row.get("disabledAt") is not None,
        is_online=row["isOnline"],
        last_seen=row["lastSeen"],
        created_at=row["createdAt"],
    )


def _with(latest: str, known: Sequence[str]) -> list[str]:
    return [latest, *(each for each in known if each != latest)][:_KNOWN]

"""Accounts of admins: made, disabled, enabled, reset and given another role. Whatever is refused stands in the audit
log as well."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from server.accounts.hashing import hash_chosen_password
from server.accounts.password_rules import check_password
from server.contract import FIRST_OWNER, Admin, AuditResult, OneTimePassword, Phrase, Role
from server.errors import Forbidden, Invalid, NotFound, ServiceError
from server.store.admins import AdminStore, NewAdmin
from server.store.audit import AuditLog
from server.store.client import Database
from server.threads import PASSWORDS

#: No 0, O, 1, l or I, which look alike.
_ALPHABET = "23456789abcdefghijkmnpqrstuvwxyz"
_GROUPS, _GROUP = 4, 5


class Admins:
    """What owners and the command line do with accounts."""

    def __init__(self, database: Database) -> None:
        self._store = AdminStore(database)
        self._audit = AuditLog(database)

    async def add(self, name: str, password: str, role: Role, *, by: str, only_as_first: bool = False) -> Admin:
        """With a password that the person has chosen.

        Raises :class:`Invalid` for a name or password that will not do, ``Conflict`` for a name that is taken, or when
        there was to be nobody yet and is.
        """
        async with self._recorded("admin.add", name, by):
            name = _checked_name(name)
            check_password(password, name)
            new_hash = await PASSWORDS.run(hash_chosen_password, password)
            new = NewAdmin(name, new_hash, role, must_change_password=False)
            return await self._store.add(new, by=by, only_as_first=only_as_first)

    async def invite(self, name: str, role: Role, *, by: str) -> OneTimePassword:
        """With a password for the first login. Raises :class:`Invalid` or ``Conflict`` for the name."""
        async with self._recorded("admin.add", name, by):
            password = one_time_password()
            new_hash = await PASSWORDS.run(hash_chosen_password, password)
            new = NewAdmin(_checked_name(name), new_hash, role, must_change_password=True)
            return OneTimePassword(admin=await self._store.add(new, by=by), password=password)

    async def reset(self, admin: Admin, *, by: str) -> OneTimePassword:
        """Another password for one login; the logins that are open end."""
        async with self._recorded("admin.reset", admin.username, by):
            password = one_time_password()
            new_hash = await PASSWORDS.run(hash_chosen_password, password)
            return OneTimePassword(admin=await self._store.reset(admin.id, new_hash, by=by), password=password)

    async def disable(self, admin: Admin, *, by: str) -> Admin:
        """End all logins of the admin and allow no other. Raises ``Conflict`` for the last owner."""
        async with self._recorded("admin.disable", admin.username, by):
            return await self._store.disable(admin.id, by=by)

    async def enable(self, admin: Admin, *, by: str) -> Admin:
        """Let a disabled admin log in again."""
        async with self._recorded("admin.enable", admin.username, by):
            return await self._store.enable(admin.id, by=by)

    async def change_role(self, admin: Admin, role: Role, *, by: str) -> Admin:
        """Raises ``Conflict`` for the last owner."""
        async with self._recorded("admin.role", admin.username, by):
            return await self._store.change_role(admin.id, role, by=by)

    async def named(self, name: str) -> Admin:
        """Raises :class:`NotFound`."""
        found = await self._store.find(name)
        if found is None:
            raise NotFound(Phrase.NO_ADMIN_NAMED, name=name[:100])
        return found.admin

    @asynccontextmanager
    async def _recorded(self, action: str, name: str, by: str) -> AsyncIterator[None]:
        """What is done is recorded with it; here, what is refused."""
        try:
            yield
        except ServiceError as error:
            details = {"admin": name[:100], "reason": error.message}
            await self._audit.note_alone(action, by=by, count=0, details=details, result=AuditResult.REFUSED)
            raise


class FirstOwner:
    """While nobody can log in, whoever reads the server's output on its own machine can become the first owner."""

    def __init__(self, admins: Admins, store: AdminStore) -> None:
        self._admins = admins
        self._store = store
        self._code: str | None = None

    async def offer(self) -> str | None:
        """The code, if nobody can log in yet."""
        self._code = one_time_password() if await self._store.is_empty() else None
        return self._code

    async def claim(self, code: str, name: str, password: str) -> Admin:
        """Raises :class:`Forbidden` for a wrong code, and as adding an admin does."""
        if self._code is None or not secrets.compare_digest(code.encode(), self._code.encode()):
            raise Forbidden(Phrase.WRONG_CODE)
        admin = await self._admins.add(name, password, Role.OWNER, by=FIRST_OWNER, only_as_first=True)
        self._code = None
        return admin


def one_time_password() -> str:
    """Easy to read out, and of 100 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))


def _checked_name(name: str) -> str:
    name = name.strip()
    if not name or len(name) > 100 or not name.isprintable():
        raise Invalid(Phrase.NAME_UNUSABLE)
    return name

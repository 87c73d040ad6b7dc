"""Admins for tests that are not about how admins come about."""

from __future__ import annotations

from functools import cache

from server.accounts.hashing import hash_chosen_password
from server.contract import Role
from server.store.admins import NewAdmin


def chosen(name: str, password: str, role: Role = Role.OWNER) -> NewAdmin:
    """An admin who has chosen that password. One that many have is hashed once: that takes a quarter of a second."""
    return NewAdmin(name, _hash(password), role, must_change_password=False)


@cache
def _hash(password: str) -> str:
    return hash_chosen_password(password)

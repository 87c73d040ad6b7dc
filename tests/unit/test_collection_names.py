"""Collections may be called otherwise."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import server
from server.collection_names import OWN, SHARED, parse_collection_names
from server.settings import SettingsError, load_settings


def test_every_collection_is_shared_or_our_own() -> None:
    source = ast.parse((Path(server.__file__).parent / "store" / "client.py").read_text(encoding="utf-8"))
    made = {
        name.value
        for call in ast.walk(source)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Collection"
        for name in ast.walk(call)
        if isinstance(name, ast.Constant) and isinstance(name.value, str)
    }
    assert made == OWN | set(SHARED)


def test_what_is_not_named_is_called_as_here() -> None:
    names = load_settings({"MONGODB_COLLECTIONS": "leads=prospects, PendingActivationEmail=pendingactivationemails"})
    assert names.collections == {
        "leads": "prospects",
        "users": "users",
        "PendingActivationEmail": "pendingactivationemails",
        "FailedEmail": "FailedEmail",
    }
    assert parse_collection_names("leads=users users=leads")["leads"] == "users"


@pytest.mark.parametrize(
    "value",
    [
        "prospects",
        "lead=a",
        "leads=",
        "leads=$a",
        "leads=system.users",
        "leads=admins",
        "leads=users",
        "leads=a,leads=b",
    ],
)
def test_a_wrong_one_is_named_with_the_fix(value: str) -> None:
    with pytest.raises(SettingsError, match=r"MONGODB_COLLECTIONS=.+ Fix: MONGODB_COLLECTIONS=leads=prospects"):
        load_settings({"MONGODB_COLLECTIONS": value})

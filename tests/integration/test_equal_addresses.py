"""Addresses that the database takes for the same and Python does not."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.contract import ActivationState, LeadFilter, Selection, SkipReason
from server.importing.check import import_file
from server.store.client import Database
from server.store.leads import LeadStore
from server.store.vault import Vault
from tests.conftest import require
from tests.integration.icu import engine as icu
from tests.integration.test_activator import Desk
from tests.system.external_database import ExternalDatabase

EVERYBODY = Selection(matching=LeadFilter())
PAIRS: list[list[str]] = json.loads(icu.PAIRS.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def engine_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of an engine that compares these addresses as MongoDB does."""
    program = (sys.executable, str(Path(icu.__file__)))
    engine = ExternalDatabase(tmp_path_factory.mktemp("icu"), program=program)
    engine.start()
    yield engine.uri
    engine.end()


@pytest.fixture
async def desk(database: Database, vault: Vault) -> Desk:
    """An empty one."""
    return Desk(database, vault)


@pytest.mark.node
def test_the_pairs_are_those_of_icu() -> None:
    printed = subprocess.run(
        [require("node"), str(icu.PAIRS.with_suffix(".mjs"))], capture_output=True, check=True, timeout=60
    ).stdout
    assert [[one, other] for one, other in json.loads(printed) if one.casefold() != other.casefold()] == PAIRS


@pytest.mark.parametrize("asked_before", [True, False], ids=["before", "by the index"])
async def test_whoever_is_a_user_to_the_database_is_skipped_and_the_others_become_users(
    desk: Desk, asked_before: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not asked_before:  # as when somebody becomes a user in the very moment

        async def nobody(_emails: object) -> set[str]:
            return set()

        monkeypatch.setattr(desk.activations, "known_addresses", nobody)
    for number, (plain, variant) in enumerate(PAIRS):
        await desk.database.users.delete_many({})
        await desk.database.leads.delete_many({})
        await desk.database.pending.delete_many({})
        await desk.database.users.insert_one({"email": variant})
        _, ann, bob = await desk.add_leads(plain, "ann@firm.example", "bob@firm.example")
        activation = await desk.activate(EVERYBODY, f"request-{number}")
        assert (activation.state, activation.created) == (ActivationState.FINISHED, 2)
        assert await desk.skipped(activation) == {plain: SkipReason.ALREADY_USER}
        await desk.database.users.delete_one({"email": variant})
        await desk.assert_one_user_and_one_email_each([ann, bob])


async def test_the_same_lead_comes_in_once(database: Database) -> None:
    for plain, variant in PAIRS:
        await database.leads.delete_many({})
        await database.leads.insert_one({"email": variant})
        content = f"email\n{plain}\nann@firm.example\n".encode()
        result = await import_file(LeadStore(database), content, by="ann", now=await database.now())
        assert (result.imported, result.already_there, result.refused) == (1, 1, 0)

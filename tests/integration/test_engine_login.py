"""The embedded engine's login, on a machine that others use as well."""

from __future__ import annotations

import ast
import asyncio
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from pymongo import AsyncMongoClient, MongoClient
from pymongo.errors import ConnectionFailure, OperationFailure, PyMongoError

from server.errors import StartError
from server.importing.workbook import read_sheet
from server.store import embedded
from server.store.embedded import EmbeddedDatabase
from server.store.engine_login import make_login
from tests.waiting import LIMIT
from tests.workbooks import workbook

SOURCES = Path(__file__).parents[2]


async def logins(uri: str) -> set[str]:
    """The names of all that the engine knows."""
    async with AsyncMongoClient[dict[str, Any]](uri) as client:
        return {user["user"] async for user in client.admin["system.users"].find()}


def try_to_make_one(port: int, **options: Any) -> None:
    """As somebody else on the machine: a login with every right."""
    with (
        MongoClient[Any]("127.0.0.1", port, serverSelectionTimeoutMS=1000, directConnection=True, **options) as client,
        suppress(OperationFailure, ConnectionFailure),
    ):
        client.admin.command("createUser", "evil", pwd="x", roles=["root"])


async def test_nobody_else_makes_a_login_while_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = EmbeddedDatabase(tmp_path)
    tried = []

    async def in_that_moment(client: AsyncMongoClient[Any], password: str) -> None:
        for options in ({}, {"tls": True, "tlsInsecure": True}):
            await asyncio.to_thread(try_to_make_one, engine._port, **options)
            tried.append(options)
        assert not [user async for user in client.admin["system.users"].find()]
        await make_login(client, password)

    monkeypatch.setattr(embedded, "make_login", in_that_moment)
    try:
        await engine.start()
        assert await logins(engine.uri) == {"activation"}
    finally:
        await engine.stop()
    assert len(tried) == 2
    assert not any(tmp_path.glob("*.pem")), "the certificate is not needed any more"  # noqa: ASYNC240


@contextmanager
def somebody_elses(port: int, directory: Path) -> Iterator[MongoClient[Any]]:
    """An engine of somebody else on the port, which takes any login."""
    program = embedded._engine_program()
    arguments = ["--host", "127.0.0.1", "--port", str(port), "--storage-path", str(directory), "--log-level", "ERROR"]
    engine = subprocess.Popen([program, *arguments], cwd=directory.parent, stderr=subprocess.DEVNULL)
    client: MongoClient[Any] = MongoClient(
        "127.0.0.1", port, directConnection=True, serverSelectionTimeoutMS=LIMIT * 1000
    )
    try:
        client.admin.command("ping")
        yield client
    finally:
        client.close()
        engine.kill()
        engine.wait()


async def test_whoever_takes_the_port_first_is_not_told_the_password(tmp_path: Path) -> None:
    (data := tmp_path / "data").mkdir()
    engine = EmbeddedDatabase(data)
    with somebody_elses(engine._port, tmp_path / "else") as theirs:
        with pytest.raises(StartError):
            await engine.start()
        await engine.stop()
        assert not list(theirs.admin["system.users"].find()), "no login was made there"


async def test_logins_that_are_none_of_ours_end_with_the_next_start(tmp_path: Path) -> None:
    engine = EmbeddedDatabase(tmp_path)
    await engine.start()
    try:
        async with AsyncMongoClient[dict[str, Any]](engine.uri) as client:
            for database in ("admin", "activation_desk", "x"):
                await client[database].command("createUser", "evil", pwd="x", roles=[{"role": "root", "db": "admin"}])
            for number in range(150):
                await client["x"].command("createUser", f"evil{number}", pwd="x", roles=[])
    finally:
        await engine.stop()
    engine = EmbeddedDatabase(tmp_path)
    await engine.start()
    try:
        assert await logins(engine.uri) == {"activation"}
        async with AsyncMongoClient[dict[str, Any]](
            engine.uri.replace("activation:" + engine._password, "evil:x"), serverSelectionTimeoutMS=1000
        ) as evil:
            with pytest.raises(PyMongoError):
                await evil.admin.command("listDatabases")
    finally:
        await engine.stop()


async def test_nothing_is_imported_from_where_the_service_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started_in, marker = tmp_path / "started in", tmp_path / "imported"
    started_in.mkdir()
    for module in ("subprocess", "zipfile", "socket", "python_calamine"):
        (started_in / f"{module}.py").write_text(f"open({str(marker)!r}, 'w')")
    monkeypatch.chdir(started_in)
    (data := tmp_path / "data").mkdir()
    engine = EmbeddedDatabase(data)
    try:
        await engine.start()
    finally:
        await engine.stop()
    sheet = await asyncio.to_thread(read_sheet, workbook({"leads": [["email"], ["ann@firm.example"]]}), None)
    assert len(list(sheet.rows())) == 2
    assert not marker.exists()


def test_every_python_that_is_started_is_told_so() -> None:
    """A rule for those to come."""
    for room in ("server", "desktop"):
        for file in (SOURCES / room).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.List | ast.Tuple):
                    continue
                said = [ast.unparse(each) for each in node.elts]
                if "sys.executable" in said[:-1]:
                    assert said[said.index("sys.executable") + 1] == "'-P'", f"{file}:{node.lineno}"

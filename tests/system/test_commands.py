"""The commands, and what they say when something is wrong: one clear line, no traceback, nothing lost."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import psutil
import pytest

from server.errors import NotNow, WrongSetup
from tests.system.commands import run_command
from tests.system.conftest import Servers
from tests.system.processes import COMMAND, ServerProcess, free_port, wait_until
from tests.waiting import LIMIT

#: Runs the service on a disk of 8 MB that nobody else sees.
MOUNT_AND_RUN = 'mount -t tmpfs -o size=8m small "$1" && exec "$2" run --data-dir "$1/data"'


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A running service with an admin, for tests that leave it running."""
    server = ServerProcess(tmp_path_factory.mktemp("shared") / "data")
    server.start()
    server.add_admin()
    yield server
    server.end()


def refusal(server: ServerProcess, *arguments: str, **settings: str) -> tuple[int, list[str]]:
    """What a command that has to fail ends with: exit code, and the lines it says."""
    result = run_command(arguments, env=server.environment | settings)
    assert "Traceback" not in result.stderr
    return result.returncode, [line for line in result.stderr.splitlines() if line]


def test_wrong_settings_are_all_named_before_anything_starts(servers: Servers) -> None:
    server = servers()
    code, lines = refusal(
        server, "run", QUEUE_BATCH_SIZE="many", QUEUE_INTERVAL="-3", ACTIVATION_PORT="70000", FRONTEND_URL="desk"
    )

    assert code == WrongSetup.exit_code
    assert len(lines) == 4
    for name, value in (
        ("QUEUE_BATCH_SIZE", "many"),
        ("QUEUE_INTERVAL", "-3"),
        ("ACTIVATION_PORT", "70000"),
        ("FRONTEND_URL", "desk"),
    ):
        line = next(line for line in lines if line.startswith(name))
        assert value in line
        assert "Fix:" in line
    assert not server.data_dir.exists()


def test_a_secret_is_not_repeated_when_its_setting_is_wrong(servers: Servers) -> None:
    code, lines = refusal(servers(), "run", SMTP_URL="http://ann:hunter2@mail.example", MAIL_FROM="a@firm.example")

    assert code == WrongSetup.exit_code
    assert len(lines) == 1
    assert "SMTP_URL" in lines[0]
    assert "hunter2" not in lines[0]


def test_a_port_that_is_taken_is_said_in_one_line(servers: Servers) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        code, lines = refusal(servers(), "run", "--port", str(port))

    assert code == NotNow.exit_code
    assert len(lines) == 1
    assert f"Port {port}" in lines[0]
    assert "--port" in lines[0]


@pytest.mark.parametrize("host", ["192.0.2.1", "nowhere.invalid"])
def test_an_address_that_is_not_there_yet_may_come(servers: Servers, host: str) -> None:
    code, lines = refusal(servers(), "run", "--port", "0", ACTIVATION_HOST=host)

    assert code == NotNow.exit_code
    assert len(lines) == 1
    assert host in lines[0]


def test_the_service_manager_gives_up_on_what_is_set_up_wrongly_alone() -> None:
    unit = (files("resources") / "service" / "activation-desk.service").read_text()

    assert [line for line in unit.splitlines() if "ExitStatus" in line] == [
        f"RestartPreventExitStatus={WrongSetup.exit_code}"
    ]


def test_a_data_directory_in_use_is_said_in_one_line(shared: ServerProcess) -> None:
    code, lines = refusal(shared, "run", "--port", str(free_port()))

    assert code == NotNow.exit_code
    assert len(lines) == 1
    assert str(shared.data_dir) in lines[0]
    assert "in use by another server" in lines[0]


def test_a_data_directory_that_cannot_be_used_is_said_in_one_line(servers: Servers, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    code, lines = refusal(servers(), "run", "--data-dir", str(tmp_path / "file" / "data"))

    assert code == NotNow.exit_code
    assert len(lines) == 1
    assert str(tmp_path / "file" / "data") in lines[0]
    assert "--data-dir" in lines[0]


def test_a_full_disk_is_said_in_one_line(servers: Servers, tmp_path: Path) -> None:
    mount = tmp_path / "small"
    mount.mkdir()
    mounted = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", MOUNT_AND_RUN, "sh", str(mount), *COMMAND],
        env=servers().environment,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    if "unshare" in mounted.stderr or "mount:" in mounted.stderr:
        pytest.skip(f"a small disk cannot be made here: {mounted.stderr.strip()}")

    assert mounted.returncode == NotNow.exit_code
    assert len(mounted.stderr.splitlines()) == 1
    assert "is full" in mounted.stderr


def test_a_database_that_does_not_answer_is_said_without_its_password(servers: Servers) -> None:
    uri = f"mongodb://ann:hunter2@127.0.0.1:{free_port()}/?replicaSet=rs0"
    code, lines = refusal(servers(), "queue", "status", MONGODB_URI=uri)

    assert code == NotNow.exit_code
    assert len(lines) == 1
    assert "does not answer" in lines[0]
    assert "hunter2" not in lines[0]


def test_without_a_service_nothing_is_activated_and_that_is_said(servers: Servers) -> None:
    server = servers()
    code, lines = refusal(server, "activate", "--all")

    assert code == 1
    assert len(lines) == 1
    assert "No service is running" in lines[0]


def test_rows_without_a_usable_address_are_named_by_line_and_the_others_come_in(
    shared: ServerProcess, tmp_path: Path
) -> None:
    path = tmp_path / "leads.csv"
    path.write_text(
        "name,email\nAnn,ann@firm.example\nBob,bob@@firm\nCy,\nDee,dee@firm.example\nAnn,ANN@firm.example\n"
    )
    result = shared.cli("leads", "import", str(path), check=False)

    assert result.returncode == 0
    assert "2 imported, 1 there already, 2 refused." in result.stdout
    refused = result.stderr.splitlines()
    assert len(refused) == 2
    assert "line 3" in refused[0]
    assert "'bob@@firm'" in refused[0]
    assert "line 4" in refused[1]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [("", "holds no lead ids"), ("not-an-id\n", "line 1: 'not-an-id' is not a lead id")],
)
def test_a_file_without_lead_ids_is_refused(
    shared: ServerProcess, tmp_path: Path, content: str, complaint: str
) -> None:
    path = tmp_path / "ids"
    path.write_text(content)
    code, lines = refusal(shared, "activate", "--file", str(path))

    assert code == 1
    assert len(lines) == 1
    assert complaint in lines[0]


def test_everything_can_be_done_from_the_command_line(shared: ServerProcess) -> None:
    shared.import_leads(5)
    activated = shared.cli("activate", "--all")
    created = re.search(r"finished, (\d+) users created, 0 skipped, of \1", activated.stdout)
    assert created is not None
    assert int(created[1]) >= 5

    token = shared.login()
    status = json.loads(shared.cli("queue", "status", "--json").stdout)
    assert set(status) == {"pending", "processing", "failed", "total", "timestamp"}
    assert status["total"] == status["pending"] + status["processing"] <= int(created[1])
    assert set(shared.request("GET", "/api/queue/status", token=token)) == set(status)
    assert "waiting" in shared.cli("queue", "status").stdout


def test_an_admin_is_added_once_and_with_a_real_password(shared: ServerProcess) -> None:
    code, lines = refusal(shared, "admin", "add", "cy")
    assert (code, len(lines)) == (1, 1)
    assert "--password-stdin" in lines[0]

    short = shared.cli("admin", "add", "cy", "--password-stdin", input="short\n", check=False)
    assert short.returncode == 1
    assert "Traceback" not in short.stderr

    again = shared.cli("admin", "add", "ANN", "--password-stdin", input="correct horse battery\n", check=False)
    assert again.returncode == 1
    assert "Traceback" not in again.stderr


def test_a_stop_is_graceful_and_leaves_nothing_running(server: ServerProcess) -> None:
    children = psutil.Process(server.pid).children(recursive=True)
    assert children
    assert server.stop() == 0
    _, alive = psutil.wait_procs(children, 10)
    assert not alive


def test_killed_it_leaves_no_database_behind_and_the_next_one_starts(server: ServerProcess) -> None:
    children = psutil.Process(server.pid).children(recursive=True)
    server.kill()
    _, alive = psutil.wait_procs(children, 10)
    assert not alive
    server.start()
    assert server.login()


def test_interrupted_at_the_terminal_it_stops_too(server: ServerProcess) -> None:
    assert server.stop(signal.SIGINT) == 0


def test_sending_is_paused_and_resumed_from_the_command_line(shared: ServerProcess) -> None:
    token = shared.login()
    assert "paused" in shared.cli("queue", "pause", "--reason", "the text is wrong").stdout
    shared.import_leads(2, prefix="paused")
    shared.cli("activate", "--all")
    waiting = json.loads(shared.cli("queue", "status", "--json").stdout)
    assert waiting["pending"] >= 2
    assert shared.request("GET", "/api/queue/failures", token=token) == []
    assert "goes on" in shared.cli("queue", "resume").stdout
    assert "was not paused" in shared.cli("queue", "resume").stdout


@pytest.mark.parametrize("action", ["retry", "discard", "hold", "release"])
def test_which_emails_has_to_be_said(shared: ServerProcess, action: str) -> None:
    for arguments in ((), ("--all", "--matching", "ann"), ("not-an-id",), ("--matching", " ")):
        code, lines = refusal(shared, "queue", action, *arguments)
        assert (code, len(lines)) == (1, 1)
        assert "--matching TEXT" in lines[0]
    assert "0 " in shared.cli("queue", action, "--matching", "nobody at all").stdout


def test_an_address_is_corrected_only_where_an_email_waits_or_failed(shared: ServerProcess) -> None:
    for id_, address, complaint in (
        ("1" * 24, "ann@firm.example", "not among the pending or failed ones"),
        ("1" * 24, "ann@@firm", "has no dot"),
        ("1", "ann@firm.example", "24 hexadecimal digits"),
    ):
        code, lines = refusal(shared, "queue", "correct", id_, address)
        assert (code, len(lines)) == (1, 1)
        assert complaint in lines[0]


def listed(server: ServerProcess, *arguments: str) -> dict[str, dict[str, Any]]:
    """Emails of a list by address."""
    lines = server.cli("queue", "list", "--json", *arguments).stdout.splitlines()
    return {row["email"]: row for row in map(json.loads, lines)}


def test_emails_are_held_corrected_released_and_discarded_from_the_command_line(shared: ServerProcess) -> None:
    shared.cli("queue", "pause")
    shared.import_leads(4, prefix="kept")
    shared.cli("activate", "--all")
    pending = listed(shared, "--search", "kept")
    assert set(pending) == {f"kept{n}@firm.example" for n in range(4)}
    assert not any("password" in row for row in pending.values())
    assert pending["kept0@firm.example"]["id"] in shared.cli("queue", "list").stdout

    assert shared.cli("queue", "hold", "--matching", "kept").stdout == "4 held.\n"
    id_ = pending["kept1@firm.example"]["id"]
    assert shared.cli("queue", "release", id_).stdout == "1 queued again.\n"
    assert "left as they were: 1 with nothing to do" in shared.cli("queue", "release", id_).stdout
    shared.cli("queue", "correct", id_, "right@firm.example")
    assert set(listed(shared, "--search", "firm.example", "--state", "pending")) >= {"right@firm.example"}
    assert shared.cli("queue", "discard", "--part", "held", "--matching", "kept2").stdout == "1 discarded.\n"
    assert set(listed(shared, "--search", "kept", "--state", "failed")) == {"kept0@firm.example", "kept3@firm.example"}
    assert shared.cli("queue", "retry", "--part", "held", "--all").stdout == "2 queued again.\n"
    shared.cli("queue", "resume")

    history = [json.loads(line) for line in shared.cli("queue", "history", "--json").stdout.splitlines()]
    assert [(entry["action"], entry["count"]) for entry in history[:7]] == [
        ("queue.resume", 1),
        ("queue.retry", 2),
        ("queue.discard", 1),
        ("queue.correct", 1),
        ("queue.release", 1),
        ("queue.hold", 4),
        ("queue.pause", 1),
    ]
    assert {entry["by"] for entry in history} == {"command line"}
    assert "queue.discard  1  matching: kept2, part: held" in shared.cli("queue", "history", "--limit", "3").stdout


def test_a_command_without_the_settings_of_the_service_says_how_it_stands(servers: Servers) -> None:
    port = free_port()  # where nobody listens
    server = servers(
        SMTP_HOST="127.0.0.1", SMTP_PORT=str(port), SMTP_SECURITY="none", MAIL_FROM="Desk <desk@firm.example>"
    )
    server.start()
    server.add_admin()
    server.import_leads(1)
    token = server.login()
    server.cli("activate", "--all", "--no-wait")
    wait_until(
        lambda: server.request("GET", "/api/queue/sending", token=token)["state"] == "blocked", "it was not blocked"
    )

    bare = {name: value for name, value in server.environment.items() if not name.startswith(("SMTP_", "MAIL_"))}
    said = run_command(["queue", "status"], env=bare)
    assert said.stderr == ""
    assert said.stdout.startswith("1 waiting (1 pending, 0 being sent), 0 failed.\n"), said.stdout
    assert f"Blocked: The mail server at 127.0.0.1:{port} does not answer. " in said.stdout

    server.stop()
    said = run_command(["queue", "status"], env=bare)
    assert said.stdout.endswith(f"No service is running on {server.data_dir}, so nothing is sent.\n")

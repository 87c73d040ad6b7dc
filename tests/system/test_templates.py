"""The template over HTTP and from the command line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from server.contract import Phrase, Role
from server.operations.redaction import MASK
from server.store.leads import NewLead
from tests.system.api import Api
from tests.system.mail_server import read_email
from tests.system.processes import ServerProcess, wait_until

SECOND = {
    "subject": "Welcome {{ name }}",
    "text": "Second: {{ password }} {{ login_url }}",
    "html": "<p>Second: {{ password }} {{ login_url }}</p>",
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """One with an admin of each role."""
    server = ServerProcess(tmp_path_factory.mktemp("templates") / "data", LOGIN_URL="https://app.example.com/login")
    try:
        server.start()
        for role in Role:
            server.add_admin(role.value, role=role)
        yield server
    finally:
        server.end()


@pytest.fixture(scope="module")
def owner(service: ServerProcess) -> Api:
    return Api(service, service.login("owner"))


@pytest.fixture(scope="module")
def operator(service: ServerProcess) -> Api:
    return Api(service, service.login("operator"))


@pytest.fixture(scope="module")
def viewer(service: ServerProcess) -> Api:
    return Api(service, service.login("viewer"))


@pytest.fixture(autouse=True)
def default(owner: Api) -> int:
    """Every test starts from what comes with the program; the version of that."""
    version = owner.ask("GET", "/api/template").body["version"]
    reset = owner.ask("POST", "/api/template/reset", {"basedOn": version})
    assert (reset.status, reset.body["isDefault"]) == (200, True)
    return int(reset.body["version"])


def test_everyone_may_read_and_preview(viewer: Api) -> None:
    state = viewer.ask("GET", "/api/template").body
    assert state["isDefault"]
    assert state["template"] == state["default"]
    preview = viewer.ask("POST", "/api/template/preview", {"name": "Zoë", "email": "zoe@firm.example"}).body
    assert preview["subject"] == "Your account is ready"
    assert "Hello Zoë," in preview["text"]
    assert "Sampl-Passw-ord42" in preview["html"]
    assert preview["problems"] == []


def test_only_owners_save_and_go_back(viewer: Api, operator: Api, default: int) -> None:
    for api in (viewer, operator):
        save = {"template": SECOND, "basedOn": default}
        api.ask("POST", "/api/template", save).assert_refused(403, "forbidden")
        api.ask("POST", "/api/template/reset", {"basedOn": default}).assert_refused(403, "forbidden")
    assert viewer.ask("GET", "/api/template").body["version"] == default


def test_what_an_owner_saves_is_in_use_and_can_be_looked_up(owner: Api, viewer: Api, default: int) -> None:
    saved = owner.ask("POST", "/api/template", {"template": SECOND, "basedOn": default})
    assert (saved.status, saved.body["version"], saved.body["by"]) == (200, default + 1, "owner")
    state = viewer.ask("GET", "/api/template").body
    assert state["template"] == SECOND
    assert not state["isDefault"]
    versions = viewer.ask("GET", "/api/template/versions").body
    assert [(each["version"], each["isDefault"]) for each in versions][:2] == [(default + 1, False), (default, True)]
    assert viewer.ask("POST", "/api/template/preview", {}).body["subject"] == "Welcome Ann Example"
    late = owner.ask("POST", "/api/template", {"template": SECOND, "basedOn": default})
    late.assert_refused(409, "conflict")
    entry = owner.ask("GET", "/api/audit").body["items"][0]
    assert (entry["action"], entry["by"], entry["details"]) == (
        "template.save", "owner", {"version": str(default + 1)},
    )  # fmt: skip


def test_a_broken_template_is_refused_with_part_line_and_what_there_is(owner: Api, default: int) -> None:
    broken = {**SECOND, "html": "<p>\n{{ pasword }}</p>", "subject": "a\nb"}
    for path, body in (
        ("/api/template", {"template": broken, "basedOn": default}),
        ("/api/template/preview", {"template": broken}),
    ):
        refusal = owner.ask("POST", path, body)
        refusal.assert_refused(422, "invalid")
        problems = refusal.body["details"]["problems"]
        assert [(problem["part"], problem["line"]) for problem in problems] == [("html", 2)]
        assert "There are: name, email, password, login_url." in problems[0]["reason"]
    assert owner.ask("GET", "/api/template").body["version"] == default


def test_a_lead_can_be_previewed_and_one_that_is_gone_is_said(owner: Api, service: ServerProcess) -> None:
    service.import_leads(1)
    lead = owner.leads().body["items"][0]
    preview = owner.ask("POST", "/api/template/preview", {"template": SECOND, "leadId": lead["id"]}).body
    assert preview["subject"] == f"Welcome {lead['name']}"
    owner.ask("POST", "/api/template/preview", {"leadId": "0" * 24}).assert_refused(404, "notFound")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("", {"template": SECOND}),
        ("", {"template": {**SECOND, "html": ""}, "basedOn": 0}),
        ("", {"template": {**SECOND, "html": "x" * 100_001}, "basedOn": 0}),
        ("", {"template": {**SECOND, "cc": "x"}, "basedOn": 0}),
        ("", {"template": SECOND, "basedOn": {"$gt": 0}}),
        ("/reset", {"basedOn": -1}),
        ("/preview", {"leadId": "x"}),
        ("/preview", {"leadId": "0" * 24, "name": "x"}),
        ("/preview", {"template": SECOND["text"]}),
    ],
)
def test_what_makes_no_sense_is_refused(owner: Api, path: str, body: object) -> None:
    owner.ask("POST", f"/api/template{path}", body).assert_refused(422, "invalid")


def test_the_command_line_does_the_same(service: ServerProcess, owner: Api, default: int, tmp_path: Path) -> None:
    subject, text = tmp_path / "mail.subject", tmp_path / "mail.txt"
    subject.write_text("Welcome {{ nmae }}\n")
    text.write_text("{{ login_url }}\n")
    refused = service.cli("template", "check", str(subject), str(text), check=False)
    assert refused.returncode == 1
    assert refused.stderr.startswith("subject, line 1: 'nmae' is not known here.")

    subject.write_text("Welcome {{ name }}\n")
    refused = service.cli("template", "save", "--subject", str(subject), "--text", str(text), check=False)
    assert refused.returncode == 1
    assert refused.stderr.startswith("text: does not show the password")
    assert owner.ask("GET", "/api/template").body["version"] == default

    text.write_text("{{ password }} {{ login_url }}\n")
    service.cli("template", "check", str(subject), str(text))
    saved = service.cli("template", "save", "--subject", str(subject), "--text", str(text))
    assert saved.stdout == f"Saved as version {default + 1}.\n"
    state = owner.ask("GET", "/api/template").body
    assert (state["by"], state["template"]["subject"]) == ("command line", "Welcome {{ name }}\n")
    assert state["template"]["html"] == state["default"]["html"]
    shown = service.cli("template", "show", "--part", "text")
    assert shown.stdout.rstrip("\n") == "{{ password }} {{ login_url }}"
    preview = service.cli("template", "preview", "--name", "Zoë", "--part", "subject")
    assert preview.stdout.strip() == "Welcome Zoë"
    assert "comes with the program" in service.cli("template", "reset").stdout
    assert owner.ask("GET", "/api/template").body["isDefault"]


def test_a_test_is_sent_right_now_by_those_who_may(
    service: ServerProcess, viewer: Api, operator: Api, owner: Api, default: int, tmp_path: Path
) -> None:
    path, to = "/api/template/test-send", "zoe@firm.example"
    in_use = owner.ask("GET", "/api/template").body["template"]
    for body in ({"to": to}, {"to": to, "template": in_use}, {"to": to, "template": SECOND}):
        viewer.ask("POST", path, body).assert_refused(403, "forbidden")
    for body in ({"to": to}, {"to": to, "template": in_use}):
        sent = operator.ask("POST", path, body)
        assert (sent.status, sent.body["accepted"], sent.body["account"]) == (200, True, "mailbox")
    operator.ask("POST", path, {"to": "zoe"}).assert_refused(422, "invalid")
    refused = operator.ask("POST", path, {"to": to, "template": SECOND})
    refused.assert_refused(403, "forbidden")
    assert refused.body["sentence"]["code"] == Phrase.UNSAVED_TEMPLATE_FOR_OWNERS.code
    assert owner.ask("POST", path, {"to": to, "template": SECOND}).status == 200

    subject = tmp_path / "mail.subject"
    subject.write_text("From the command line")
    said = service.cli("template", "test-send", to, "--subject", str(subject)).stdout
    assert said.startswith("mailbox has taken it: 2.0.0 Kept as ")
    kept = [file.read_text() for file in (service.data_dir / "mailbox").glob("*.eml")]
    ours, theirs = "Your account is ready", "Welcome Ann Example"
    assert sorted(line for text in kept for line in text.splitlines() if line.startswith("Subject:")) == [
        f"Subject: [Test] {subject}" for subject in ("From the command line", theirs, ours, ours)
    ]

    log = owner.ask("GET", "/api/audit?action=template.test").body["items"]
    told = [(each["by"], each["result"], each["details"]) for each in log]
    assert [(by, result) for by, result, _ in told] == [
        ("command line", "done"), ("owner", "done"), ("operator", "refused"), ("operator", "done"), ("operator", "done")
    ]  # fmt: skip
    assert told[1][2] == {"account": "mailbox", "subject": theirs, "template": digest(SECOND)}
    for _, _, details in told[3:]:
        assert details == {
            "account": "mailbox", "subject": ours, "version": str(default), "template": digest(in_use)
        }  # fmt: skip


def test_a_captured_email_is_read_without_any_part_of_its_password(
    service: ServerProcess, owner: Api, viewer: Api, default: int
) -> None:
    """Not by its form: a part of one has none, and other words have the same."""
    template = {
        "subject": "Welcome",
        "text": "{{ password }} is {{ password | truncate(16, True, '', 0) }}: {{ login_url }}?after-hours-admin",
        "html": "<p>{{ password | truncate(9, True, '', 0) | upper }} {{ password }} {{ login_url }}</p>",
    }
    assert owner.ask("POST", "/api/template", {"template": template, "basedOn": default}).status == 200
    service.add_leads([NewLead("captured@firm.example", "Cap")])
    (lead,) = owner.leads(search="captured").body["items"]
    wish = {"requestId": "captured-0001", "selection": {"ids": [lead["id"]]}}
    assert owner.ask("POST", "/api/activations", wish).status in (200, 202)

    def sent() -> list[Any]:
        return list(owner.ask("GET", "/api/queue/emails?state=sent&search=captured").body["items"])

    wait_until(sent, "it is not sent")
    (kept,) = [path for path in service.mailbox.glob("*.eml") if b"captured@firm.example" in path.read_bytes()]
    password = read_email(kept.read_bytes()).password
    shown = viewer.ask("GET", f"/api/mailbox/{sent()[0]['id']}").body
    for part in (shown["text"], shown["html"]):
        assert MASK in part
        assert password[:4].lower() not in part.lower()
    assert "after-hours-admin" in shown["text"]

    copy = kept.with_name(f"{kept.name}.masked")
    assert copy.stat().st_mode & 0o777 == 0o600
    copy.unlink()  # as of an earlier version
    older = viewer.ask("GET", f"/api/mailbox/{sent()[0]['id']}").body
    assert MASK in older["text"]
    assert password not in older["text"]


def digest(template: dict[str, str]) -> str:
    """As it can be made of a text by whoever has it."""
    parts = json.dumps(template, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(parts.encode()).hexdigest()

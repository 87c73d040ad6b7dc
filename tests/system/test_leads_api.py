"""Imports in steps, details and exports over HTTP, against a running service."""

from __future__ import annotations

import csv
import io
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from server.contract import Role
from tests.system.api import Answer, Api
from tests.system.permission_table import PEOPLE
from tests.system.processes import ServerProcess
from tests.waiting import LIMIT
from tests.workbooks import workbook

_ID = "0" * 24


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """One for all tests of this file."""
    server = ServerProcess(tmp_path_factory.mktemp("leads") / "data", QUEUE_INTERVAL="1")
    with server.running():
        yield server


@pytest.fixture(scope="module")
def api(service: ServerProcess) -> Api:
    return Api(service, service.login())


def upload(api: Api, content: bytes, *, name: str = "leads.csv", token: str | None = "") -> Answer:
    part = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    return api.ask("POST", "/api/imports", content=part + content + b"\r\n--b--\r\n", headers=kind, token=token)


def until(api: Api, path: str, field: str, *wanted: Any) -> Any:
    """Ask until the field has one of the values."""
    deadline = time.monotonic() + LIMIT
    while (body := api.ask("GET", path).body)[field] not in wanted:
        assert time.monotonic() < deadline, body
        time.sleep(0.05)
    return body


def import_leads(api: Api, content: bytes, mapping: dict[str, int]) -> Any:
    """All steps; answers the finished import."""
    import_id = upload(api, content).body["id"]
    assert api.ask("POST", f"/api/imports/{import_id}/start", {"mapping": mapping}).status == 202
    return until(api, f"/api/imports/{import_id}", "state", "finished", "failed")


def download(service: ServerProcess, api: Api, path: str) -> list[list[str]]:
    request = urllib.request.Request(service.url + path, headers={"Authorization": f"Bearer {api.token}"})
    with urllib.request.urlopen(request, timeout=LIMIT) as response:
        assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
        return list(csv.reader(io.StringIO(response.read().decode("utf-8-sig"), newline="")))


def test_a_file_is_looked_at_checked_imported_and_taken_back(api: Api) -> None:
    content = "Mail;Wer\nzoë@firm.example;Zoë\nnobody;Nemo\nzoë@firm.example;Zoë\nbo@firm.example;Bø\n".encode("cp1252")
    seen = upload(api, content, name="Kontakte.csv").body
    assert (seen["fileName"], seen["format"], seen["delimiter"]) == ("Kontakte.csv", "csv", ";")
    assert seen["encoding"].startswith("cp125")  # of so few bytes it cannot be said for certain
    assert (seen["columns"], seen["rows"][1]) == (["Mail", "Wer"], ["nobody", "Nemo"])
    assert seen["mapping"] == {"email": 0}
    path = f"/api/imports/{seen['id']}"

    again = api.ask("POST", f"{path}/preview", {"encoding": "utf-8", "delimiter": ","}).body
    assert again["columns"] == ["Mail;Wer"]
    assert "\ufffd" in again["rows"][0][0]

    plan = {"encoding": "cp1252", "delimiter": ";", "mapping": {"email": 0, "name": 1}}
    found = api.ask("POST", f"{path}/check", plan).body
    assert (found["rows"], found["importable"], found["duplicatesInFile"], found["refused"]) == (4, 2, 1, 1)
    assert [(each["line"], each["value"]) for each in found["problems"]] == [(3, "nobody")]
    assert api.leads(search="firm.example").body["total"] == 0

    assert api.ask("POST", f"{path}/start", plan).body["state"] == "running"
    done = until(api, path, "state", "finished")
    assert (done["total"], done["done"], done["imported"], done["duplicates"], done["refused"]) == (4, 4, 2, 1, 1)
    assert api.ask("GET", f"{path}/problems").body[0]["line"] == 3
    assert api.ask("POST", f"{path}/start", plan).body["state"] == "finished"  # once is enough
    assert api.ask("GET", "/api/imports?limit=1").body[0]["id"] == seen["id"]
    api.ask("POST", f"{path}/preview", {}).assert_refused(404, "notFound")  # the file is gone

    api.ask("POST", f"{path}/undo")
    assert until(api, path, "state", "undone")["removed"] == 2
    assert api.leads(search="firm.example").body["total"] == 0


def test_a_workbook_comes_in_by_content_whatever_its_name(api: Api) -> None:
    content = workbook({"Leads": [["email"], ["xlsx@sheet.example"]]})
    seen = upload(api, content, name="leads.csv").body
    assert (seen["format"], seen["sheet"], seen["sheets"]) == ("xlsx", "Leads", ["Leads"])
    assert import_leads(api, content, {"email": 0})["imported"] == 1


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (f"/api/imports/{_ID}/preview", {"encoding": "../x"}),
        (f"/api/imports/{_ID}/preview", {"delimiter": "x"}),
        (f"/api/imports/{_ID}/start", {"mapping": {"name": 0}}),
        (f"/api/imports/{_ID}/start", {"mapping": {"email": -1}}),
        (f"/api/imports/{_ID}/start", {"mapping": {"status": 0, "email": 1}}),
        (f"/api/imports/{_ID}/check", {"mapping": {"email": {"$ne": 1}}}),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(api: Api, path: str, body: Any) -> None:
    api.ask("POST", path, body).assert_refused(422, "invalid")


def test_an_encoding_that_is_none_is_refused(api: Api) -> None:
    import_id = upload(api, b"email\n").body["id"]
    for encoding in ("klingon", "base64", "hex"):
        api.ask("POST", f"/api/imports/{import_id}/preview", {"encoding": encoding}).assert_refused(422, "invalid")


def test_a_file_that_makes_no_sense_is_not_kept(api: Api) -> None:
    for content in (b"", bytes(range(256)), b"PK\x03\x04\x00"):
        upload(api, content).assert_refused(422, "invalid")


def test_viewers_look_on(api: Api, service: ServerProcess) -> None:
    for role in PEOPLE:
        service.add_admin(role.value, role=role)
        token = service.login(role.value)
        answer = upload(api, b"email\n", token=token)
        paths = ("preview", "check", "start", "undo")
        if role is Role.VIEWER:
            answer.assert_refused(403, "forbidden")
            for path in paths:
                body = {"mapping": {"email": 0}}
                api.ask("POST", f"/api/imports/{_ID}/{path}", body, token=token).assert_refused(403, "forbidden")
        else:
            assert answer.status == 201
        assert api.ask("GET", "/api/imports", token=token).status == 200


def test_details_tell_what_has_happened_to_a_lead(api: Api) -> None:
    imported = import_leads(
        api, b"email,name,phone\ndora@details.example,Dora,+44 1\n", {"email": 0, "name": 1, "phone": 2}
    )
    assert imported["imported"] == 1
    (lead,) = api.leads(search="dora@details").body["items"]
    path = f"/api/leads/{lead['id']}"
    before = api.ask("GET", path).body
    assert (before["phone"], before["importedBy"], before["fileName"]) == ("+44 1", "ann", "leads.csv")
    assert (before["activatedBy"], before["user"], before["emailId"], before["emailEvents"]) == (None, None, None, [])

    request = {"selection": {"ids": [lead["id"]]}, "requestId": "details-00001"}
    activation = api.ask("POST", "/api/activations", request).body
    until(api, f"/api/activations/{activation['id']}", "state", "finished")
    after = until(api, path, "emailState", "sent")
    assert (after["activatedBy"], after["lead"]["status"]) == ("ann", "activated")
    assert after["user"]["mustChangePassword"] is True
    assert [event["what"] for event in after["emailEvents"]] == ["queued", "delivered"]
    assert after["emailEvents"][-1]["detail"].startswith("2.0.0 Kept as ")
    api.ask("POST", f"/api/imports/{imported['id']}/undo").assert_refused(409, "conflict")  # nobody else came in
    api.ask("GET", f"/api/leads/{_ID}").assert_refused(404, "notFound")


def test_an_export_holds_what_the_list_shows_and_no_formulas(api: Api, service: ServerProcess) -> None:
    rows = ["=A1+1", "+Ann", "-Ann", "@SUM(A1)", "Plain, quoted", "Zoë"]
    lines = "\n".join(f'"{name}",export{n}@csv.example' for n, name in enumerate(rows))
    import_leads(api, f"name,email\n{lines}\n".encode(), {"name": 0, "email": 1})
    head, *table = download(
        service, api, "/api/leads/export.csv?search=csv.example&sort=email&descending=true&status=new"
    )
    assert head == ["name", "email", "company", "phone", "status", "reason", "added", "activated"]
    assert [row[0] for row in table] == ["Zoë", "Plain, quoted", "'@SUM(A1)", "'-Ann", "'+Ann", "'=A1+1"]
    assert [row[1] for row in table] == [f"export{n}@csv.example" for n in reversed(range(6))]
    assert download(service, api, "/api/leads/export.csv?search=csv.example&status=activated") == [head]
    latest = api.ask("GET", "/api/audit?limit=2").body["items"]
    assert [(each["action"], each["count"]) for each in latest] == [("leads.export", 0), ("leads.export", 6)]


def test_the_skipped_leads_of_an_activation_are_exported(api: Api, service: ServerProcess) -> None:
    import_leads(api, b"email,name\nskip@csv.example,Skip\n", {"email": 0, "name": 1})
    (lead,) = api.leads(search="skip@csv").body["items"]
    for request_id in ("skipped-00001", "skipped-00002"):
        request = {"selection": {"ids": [lead["id"]]}, "requestId": request_id}
        activation = api.ask("POST", "/api/activations", request).body
        until(api, f"/api/activations/{activation['id']}", "state", "finished")
    table = download(service, api, f"/api/activations/{activation['id']}/skipped.csv")
    assert table[0] == ["email", "name", "reason", "message"]
    assert table[1][:3] == ["skip@csv.example", "Skip", "alreadyUser"]
    assert api.ask("GET", "/api/audit?limit=1").body["items"][0]["action"] == "activation.exportSkipped"


def test_users_sent_emails_and_the_activity_are_exported_and_each_export_is_noted(
    api: Api, service: ServerProcess
) -> None:
    content = b"email,name\nout@lists.example,=Out\nother@elsewhere.example,Other\n"
    import_leads(api, content, {"email": 0, "name": 1})
    leads = [*api.leads(search="out@lists").body["items"], *api.leads(search="other@elsewhere").body["items"]]
    request = {"selection": {"ids": [lead["id"] for lead in leads]}, "requestId": "lists-00001"}
    api.ask("POST", "/api/activations", request)
    for lead in leads:
        until(api, f"/api/leads/{lead['id']}", "emailState", "sent")

    head, *users = download(service, api, "/api/users/export.csv?search=lists.example")
    assert head == ["name", "email", "online", "last seen", "activated"]
    assert [row[:4] for row in users] == [["'=Out", "out@lists.example", "no", ""]]
    head, *emails = download(service, api, "/api/queue/emails/export.csv?state=sent&search=out+lists")
    assert head == ["name", "email", "state", "attempts", "activated", "last attempt", "answer"]
    assert [row[1:4] for row in emails] == [["out@lists.example", "sent", "1"]]
    assert emails[0][-1].startswith("2.0.0 Kept as ")

    head, *entries = download(service, api, "/api/audit/export.csv?search=ann&result=done")
    assert head == ["when", "who", "from", "action", "result", "count", "emails", "details"]
    noted = [row[3] for row in entries]
    assert noted[:3] == ["audit.export", "queue.export", "users.export"]
    total = api.ask("GET", "/api/audit?search=ann&result=done&limit=1").body["total"]
    assert len(entries) == total
    _, *entries = download(service, api, "/api/audit/export.csv?action=queue.")
    assert {row[3] for row in entries} == {"queue.export"}

"""The template dialog against a real service, and emails as the local mailbox keeps them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from desktop.app import Desk
from desktop.dialogs.captured_email import CapturedEmailDialog
from desktop.dialogs.email_history import EmailHistoryDialog
from desktop.dialogs.letter import Paper
from desktop.dialogs.template import TemplateConflict, TemplateDialog
from desktop.shell.sidebar import Place
from server.contract import EmailState, EmailTemplate, LeadFilter, Role, Selection, TemplatePart
from server.operations.redaction import MASK
from tests.desktop.conftest import MemoryTokens, log_in, until
from tests.system.mail_server import read_email
from tests.system.processes import ServerProcess

Kind = TypeVar("Kind", bound=QDialog)

SUBJECT, TEXT, HTML = TemplatePart.SUBJECT, TemplatePart.TEXT, TemplatePart.HTML
GOOD = "Dear {{ name }}, {{ password }} at {{ login_url }}"


@pytest.fixture
async def desk(service: ServerProcess, qtbot: QtBot) -> AsyncIterator[Desk]:
    """On the Email Queue page; in the end the original template is in use again."""
    desk = Desk(service.url, keyring=MemoryTokens())
    await desk.start()
    await log_in(desk, qtbot)
    desk.window.go_to(Place.EMAIL_QUEUE)
    yield desk
    token = await asyncio.to_thread(service.login)
    version = service.request("GET", "/api/template", token=token)["version"]
    service.request("POST", "/api/template/reset", {"basedOn": version}, token=token)
    await desk.stop()


async def seen(condition: Callable[[], object], what: str) -> None:
    """Until it holds."""
    await until(condition, what=what)


async def dialog(desk: Desk, kind: type[Kind]) -> Kind:
    """The one that is open."""
    await seen(lambda: any(each.isVisible() for each in desk.window.findChildren(kind)), kind.__name__)
    return next(each for each in desk.window.findChildren(kind) if each.isVisible())


async def opened(desk: Desk) -> TemplateDialog:
    """The template, loaded and seen."""
    QTest.mouseClick(desk.queue_page.template_button, Qt.MouseButton.LeftButton)
    found = await dialog(desk, TemplateDialog)
    await seen(lambda: found.letter.subject.text(), "a preview")
    await seen(lambda: found.versions.count() > 0, "the versions")
    return found


def problems(found: TemplateDialog) -> list[str]:
    """What is said to be wrong."""
    return [button.text() for row in range(found.problems.count()) if (button := found.problems.itemAt(row).widget())]


async def test_what_is_written_is_seen_at_once_and_problems_are_named_by_part_and_line(desk: Desk) -> None:
    found = await opened(desk)
    assert not found.save_button.isEnabled()  # it is what is in use
    found.editors[TEXT].setPlainText(f"{GOOD} <b>")
    await seen(lambda: "Dear" in found.letter.text.toPlainText(), "the text")
    assert "<b>" in found.letter.text.toPlainText()
    found.editors[HTML].setPlainText("<p>one</p>\n<p>{{ nme }} {{ password }} {{ login_url }}</p>")
    await seen(lambda: problems(found), "a problem")
    assert problems(found)[0].startswith("HTML, line 2: 'nme' is not known here.")
    before = found.letter.text.toPlainText()
    QTest.mouseClick(found.problems.itemAt(0).widget(), Qt.MouseButton.LeftButton)
    assert found.editors[HTML].textCursor().blockNumber() == 1
    assert found.letter.text.toPlainText() == before  # what could be seen last stays
    found.editors[HTML].setPlainText(f"<p>{GOOD}</p>")
    await seen(lambda: not problems(found), "no problem")
    assert "Dear" in found.letter.html.toPlainText()


async def test_a_saved_template_is_in_use_and_the_original_comes_back(desk: Desk) -> None:
    found = await opened(desk)
    found.editors[SUBJECT].setPlainText("Welcome {{ name }}")
    QTest.mouseClick(found.save_button, Qt.MouseButton.LeftButton)
    await seen(lambda: found.answer.text(), "an answer")
    state = await desk.api.template()
    assert (state.template.subject, state.by, found.based_on) == ("Welcome {{ name }}", "ann", state.version)
    assert not found.save_button.isEnabled()
    await seen(lambda: found.versions.itemText(0).startswith(f"{state.version}: by ann"), "the new version")
    QTest.mouseClick(found.reset_button, Qt.MouseButton.LeftButton)
    await seen(lambda: found.based_on == state.version + 1, "the original")
    assert found.written == state.default


async def test_what_somebody_else_saved_meanwhile_is_not_lost_and_neither_is_mine(desk: Desk) -> None:
    found = await opened(desk)
    state = await desk.api.template()
    theirs = EmailTemplate(subject="Theirs", text=GOOD, html=GOOD)
    await desk.api.save_template(theirs, based_on=state.version)
    found.editors[SUBJECT].setPlainText("Mine")

    for answer in ("theirs_button", "mine_button"):
        found.editors[SUBJECT].setPlainText("Mine")
        if answer == "mine_button":  # behind again
            await desk.api.save_template(theirs.model_copy(update={"subject": "T2"}), based_on=found.based_on)
        QTest.mouseClick(found.save_button, Qt.MouseButton.LeftButton)
        conflict = await dialog(desk, TemplateConflict)
        QTest.mouseClick(getattr(conflict, answer), Qt.MouseButton.LeftButton)
        wanted = "Theirs" if answer == "theirs_button" else "Mine"
        await seen(lambda wanted=wanted: found.editors[SUBJECT].toPlainText() == wanted, wanted)
    await seen(lambda: found.answer.text().startswith("Saved."), "saved")
    assert (await desk.api.template()).template.subject == "Mine"
    assert "Theirs" in [version.template.subject for version in await desk.api.template_versions()]


async def test_a_test_is_sent_as_written_and_the_servers_answer_shown(desk: Desk, service: ServerProcess) -> None:
    found = await opened(desk)
    found.editors[SUBJECT].setPlainText("Not saved")
    assert not found.test_button.isEnabled()
    found.address.setText("me@firm.example")
    QTest.mouseClick(found.test_button, Qt.MouseButton.LeftButton)
    await seen(lambda: found.answer.text().startswith("Accepted by "), "the answer")
    name = found.answer.text().rpartition(" ")[2]
    content = (service.mailbox / name).read_text()
    assert "Subject: [Test] Not saved" in content
    assert "me@firm.example" in content


async def test_a_viewer_may_look_on(desk: Desk, service: ServerProcess, qtbot: QtBot) -> None:
    service.add_admin("vera", role=Role.VIEWER)
    other = Desk(service.url, keyring=MemoryTokens())
    await other.start()
    await log_in(other, qtbot, name="vera")
    other.window.go_to(Place.EMAIL_QUEUE)
    found = await opened(other)
    assert all(editor.isReadOnly() for editor in found.editors.values())
    for button in (found.save_button, found.reset_button, found.test_button):
        assert not button.isEnabled()
        assert button.toolTip()
    await other.stop()


async def test_an_operator_tests_what_is_in_use_and_nothing_else(
    desk: Desk, service: ServerProcess, qtbot: QtBot
) -> None:
    found = await opened(desk)
    found.editors[SUBJECT].setPlainText("Newer")
    found.save_button.click()
    await seen(lambda: found.answer.text().startswith("Saved."), "saved")
    found.reject()

    service.add_admin("otto", role=Role.OPERATOR)
    other = Desk(service.url, keyring=MemoryTokens())
    await other.start()
    await log_in(other, qtbot, name="otto")
    other.window.go_to(Place.EMAIL_QUEUE)
    found = await opened(other)
    await seen(lambda: found.versions.count() > 1, "the versions")
    assert all(editor.isReadOnly() for editor in found.editors.values())
    found.address.setText("me@firm.example")
    assert found.test_button.isEnabled()
    found.versions.setCurrentIndex(found.versions.count() - 1)
    found.versions.activated.emit(found.versions.count() - 1)
    assert not found.test_button.isEnabled()
    assert "not in use" in found.test_button.toolTip()
    found.versions.activated.emit(0)
    QTest.mouseClick(found.test_button, Qt.MouseButton.LeftButton)
    await seen(lambda: found.answer.text().startswith("Accepted by "), "the answer")
    await other.stop()


async def test_nothing_that_an_email_names_is_loaded(qtbot: QtBot) -> None:
    paper = Paper()
    qtbot.addWidget(paper)
    paper.show_html(
        '<img src="http://127.0.0.1:9/x.png"><link rel="stylesheet" href="file:///etc/passwd"><a href="x">y</a>'
    )
    paper.show()
    assert paper.loadResource(2, QUrl("file:///etc/passwd")) is not None  # or Qt would look there itself
    assert not paper.openLinks()
    assert not paper.openExternalLinks()


async def test_a_captured_email_is_opened_without_its_password(desk: Desk, service: ServerProcess) -> None:
    page = desk.queue_page
    assert page.mailbox.isVisible()
    assert "none leaves" in page.mailbox.label.text()
    await asyncio.to_thread(service.import_leads, 1, prefix="captured")
    await desk.run.start(Selection(matching=LeadFilter(search="captured0@")))
    model = desk.email_models[EmailState.SENT]
    page.show_state(EmailState.SENT)
    await until(lambda: any(email.email == "captured0@firm.example" for email in model.known_rows()), model.loaded)
    email = next(email for email in model.known_rows() if email.email == "captured0@firm.example")
    page.queue_actions.open_requested.emit(email)
    history = await dialog(desk, EmailHistoryDialog)
    QTest.mouseClick(history.captured_button, Qt.MouseButton.LeftButton)
    captured = await dialog(desk, CapturedEmailDialog)
    (file,) = [each for each in service.mailbox.glob("*.eml") if each.name in email.detail]
    password = read_email(file.read_bytes()).password
    for browser in (captured.letter.html, captured.letter.text):
        assert MASK in browser.toPlainText()
        assert password not in browser.toPlainText()
    assert "captured0@firm.example" in captured.heading.text()

"""What somebody has typed into a dialog is not thrown away unasked, whichever way it would go."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.app import Desk
from desktop.dialogs.admins import AddAdmin
from desktop.dialogs.dialog import Dialog, DiscardDialog
from desktop.dialogs.email_actions import CorrectAddress, PauseSending
from desktop.dialogs.new_password import NewPasswordDialog
from desktop.dialogs.template import TemplateDialog
from server.contract import EmailState, EmailTemplate, QueuedEmail, TemplatePart, TemplateProblem, TemplateState
from tests.desktop.conftest import MemoryTokens, until

_TEMPLATE = EmailTemplate(subject="Welcome", text="{{ password }}", html="<p>{{ password }}</p>")
_EMAIL = QueuedEmail(
    id="0" * 24,
    state=EmailState.FAILED,
    email="ann@firm.exmaple",
    name="Ann Lee",
    attempts=1,
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
    next_attempt_at=None,
    last_attempt_at=None,
    detail="",
    held=False,
)


def _template(parent: QWidget | None = None) -> TemplateDialog:
    dialog = TemplateDialog(why_not_save="", why_not_test="", parent=parent)
    dialog.show_state(
        TemplateState(template=_TEMPLATE, version=0, is_default=True, default=_TEMPLATE, by=None, at=None)
    )
    return dialog


_DIALOGS: dict[str, Callable[[QWidget | None], Dialog]] = {
    "template": _template,
    "address": lambda parent: CorrectAddress(_EMAIL, parent),
    "pause": PauseSending,
    "admin": AddAdmin,
    "password": lambda parent: NewPasswordDialog(parent, asks_for_present=True),
}
_WAYS: dict[str, Callable[[Dialog], object]] = {
    "escape": lambda dialog: QTest.keyClick(dialog, Qt.Key.Key_Escape),
    "window": lambda dialog: dialog.close(),
    "button": lambda dialog: QTest.mouseClick(
        dialog.close_button if isinstance(dialog, TemplateDialog) else _button(dialog, "Cancel"),
        Qt.MouseButton.LeftButton,
    ),
}


@pytest.fixture
def kind(request: pytest.FixtureRequest) -> Callable[[QWidget | None], Dialog]:
    return _DIALOGS[request.param]


@pytest.mark.parametrize("way", _WAYS)
@pytest.mark.parametrize("kind", _DIALOGS, indirect=True)
async def test_what_was_typed_is_kept_until_the_admin_discards_it(
    kind: Callable[[QWidget | None], Dialog], way: str, qtbot: QtBot
) -> None:
    dialog = kind(None)
    dialog.open()
    _type_into(dialog)

    _WAYS[way](dialog)
    question = _question(dialog)
    assert QApplication.focusWidget() in (question.keep_button, None)
    QTest.keyClick(question, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert not question.isVisible()

    _WAYS[way](dialog)
    QTest.keyClick(_question(dialog), Qt.Key.Key_Escape)
    assert dialog.isVisible()
    assert dialog.has_unsaved()

    _WAYS[way](dialog)
    with qtbot.waitSignal(dialog.rejected):
        QTest.mouseClick(_question(dialog).discard_button, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize("way", _WAYS)
@pytest.mark.parametrize("kind", _DIALOGS, indirect=True)
async def test_nothing_is_asked_where_nothing_was_typed(
    kind: Callable[[QWidget | None], Dialog], way: str, qtbot: QtBot
) -> None:
    dialog = kind(None)
    dialog.open()
    field = _type_into(dialog)
    QTest.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)  # taken back again
    with qtbot.waitSignal(dialog.rejected):
        _WAYS[way](dialog)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """Its window, without a server behind it."""
    desk = Desk("http://127.0.0.1:9", keyring=MemoryTokens())
    desk.window.show()
    yield desk
    await desk.stop()


@pytest.mark.parametrize("leave", ["quit", "tray", "log out"])
async def test_leaving_asks_for_each_dialog_with_something_typed(desk: Desk, leave: str) -> None:
    dialog = _template(desk.window)
    dialog.open()
    _type_into(dialog)
    ways = {
        "quit": lambda: _run_command(desk, "Quit"),
        "tray": desk.tray.quit_requested.emit,
        "log out": desk.sidebar.logout_requested.emit,
    }
    ended: list[str] = []
    desk.session.logged_out.connect(ended.append)
    ways[leave]()
    assert not desk.quit_wanted.is_set()
    _question(dialog).reject()
    assert dialog.isVisible()

    ways[leave]()
    _question(dialog).accept()
    if leave == "log out":
        await until(lambda: ended, desk.session.logged_out)
    else:
        assert desk.quit_wanted.is_set()


async def test_a_template_is_not_saved_while_something_is_wrong_with_it(qtbot: QtBot) -> None:
    dialog = _template()
    qtbot.addWidget(dialog)
    dialog.show()
    _type_into(dialog)
    assert dialog.save_button.isEnabled()
    dialog.show_problems([TemplateProblem(part=TemplatePart.HTML, line=1, reason="'nme' is not known here.")])
    assert not dialog.save_button.isEnabled()
    assert dialog.save_button.toolTip()
    dialog.show_problems([])
    assert dialog.save_button.isEnabled()


def _type_into(dialog: Dialog) -> QWidget:
    kinds = (QPlainTextEdit, QLineEdit) if isinstance(dialog, TemplateDialog) else (QLineEdit,)
    field = next(field for kind in kinds for field in dialog.findChildren(kind) if field.isVisibleTo(dialog))
    QTest.keyClicks(field, "x")
    assert dialog.has_unsaved()
    return field


def _question(dialog: Dialog) -> DiscardDialog:
    (question,) = [each for each in dialog.findChildren(DiscardDialog) if each.isVisible()]
    return question


def _button(dialog: Dialog, text: str) -> QWidget:
    (button,) = [each for each in dialog.findChildren(QWidget) if getattr(each, "text", str)() == text]
    return button


def _run_command(desk: Desk, name: str) -> None:
    (command,) = [each for each in desk.command_desk.commands if each.name == name]
    command.run()

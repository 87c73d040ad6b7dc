"""The facts before an activation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop.dialogs.confirm import ConfirmActivation
from desktop.wording.times import about_when
from server.contract import ActivationPreview


def facts(qtbot: QtBot, preview: ActivationPreview) -> str:
    """Everything that is said."""
    dialog = ConfirmActivation(preview)
    qtbot.addWidget(dialog)
    return "\n".join(label.text() for label in dialog.findChildren(QLabel))


@pytest.mark.parametrize("last_email_at", [None, datetime(2030, 1, 2, 3, 4, tzinfo=UTC)])
async def test_the_confirmation_says_what_would_happen(qtbot: QtBot, last_email_at: datetime | None) -> None:
    preview = ActivationPreview(
        selected=1234,
        activatable=1200,
        already_users=20,
        unusable=10,
        in_another_activation=4,
        last_email_at=last_email_at,
    )
    said = facts(qtbot, preview)
    assert f"Activate {QLocale().toString(1200)} leads?" in said
    for number in (QLocale().toString(1234), "20", "10", "4"):
        assert number in said.split("\n")
    assert ("Cannot be said while nothing is sent" in said) == (last_email_at is None)


async def test_where_nobody_would_become_a_user_there_is_nothing_to_confirm(qtbot: QtBot) -> None:
    preview = ActivationPreview(
        selected=2, activatable=0, already_users=2, unusable=0, in_another_activation=0, last_email_at=None
    )
    dialog = ConfirmActivation(preview)
    qtbot.addWidget(dialog)
    assert not dialog.activate_button.isEnabled()
    assert "Last email leaves" not in facts(qtbot, preview)


async def test_from_when_they_leave_can_be_chosen(qtbot: QtBot) -> None:
    preview = ActivationPreview(
        selected=2, activatable=2, already_users=0, unusable=0, in_another_activation=0, last_email_at=None
    )
    dialog = ConfirmActivation(preview)
    qtbot.addWidget(dialog)
    assert dialog.start.moment is None
    with qtbot.waitSignal(dialog.wants_estimate):
        dialog.start.choice.setCurrentIndex(2)
    chosen = dialog.start.moment
    assert chosen is not None
    assert (chosen.hour, chosen.minute) == (9, 0)
    assert chosen.date() == (datetime.now().astimezone() + timedelta(days=1)).date()
    dialog.show_end(preview.model_copy(update={"last_email_at": chosen}))
    assert about_when(chosen) in "\n".join(label.text() for label in dialog.findChildren(QLabel))
    dialog.start.choice.setCurrentIndex(3)
    dialog.start.field.setDateTime(dialog.start.field.minimumDateTime())
    assert not dialog.activate_button.isEnabled(), "that is over"

"""What is asked before something is done about emails."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from pytestqt.qtbot import QtBot

from desktop.dialogs.email_actions import ConfirmEmails
from desktop.state.email_actions import Chosen, EmailAction, of_cause
from desktop.wording.sentences import worded
from server.contract import EmailSelection, FailureGroup, Phrase
from tests.desktop.gallery.reading import texts_of

_OF_SEVERAL = re.compile(r"\b(They|them|their|emails|users|ones?)\b")


@pytest.mark.parametrize("action", list(EmailAction))
@pytest.mark.parametrize("count", [1, 2])
def test_one_email_is_spoken_of_as_one(qtbot: QtBot, action: EmailAction, count: int) -> None:
    confirm = ConfirmEmails(action, Chosen(EmailSelection(everything=True), count))
    qtbot.addWidget(confirm)
    said = f"{confirm.heading.text()} {confirm.consequence.text()}".replace("the failed ones", "").replace(
        "a new one", ""
    )
    assert bool(_OF_SEVERAL.search(said)) == (count > 1), said


def test_a_cause_is_named_as_it_is_in_the_list(qtbot: QtBot) -> None:
    now = datetime.now(UTC)
    group = FailureGroup(
        cause="550 5.1.1 No such user",
        count=1_234,
        first=now,
        last=now,
        example="550 5.1.1 <ada@firm.example>: No such user",
        sentence=Phrase.ADDRESS_UNKNOWN.says(),
    )
    chosen, _actions = of_cause(group)
    confirm = ConfirmEmails(EmailAction.RETRY, chosen)
    qtbot.addWidget(confirm)
    confirm.show()
    told = [read.text for read in texts_of(confirm)]
    assert worded(group.sentence) in told
    assert group.cause not in told

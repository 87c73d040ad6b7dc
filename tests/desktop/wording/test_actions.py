"""What was done is told in words, whatever it was."""

from __future__ import annotations

import re
from pathlib import Path

from desktop.models.activity import action_text

SERVER = Path(__file__).parents[3] / "server"
_ACTION = re.compile(
    r'"((?:activation|admin|audit|import|key|leads|password|queue|session|template|users)\.[a-zA-Z]+)"'
)


def test_every_action_that_the_server_notes_has_its_words() -> None:
    noted = {action for file in SERVER.rglob("*.py") for action in _ACTION.findall(file.read_text(encoding="utf-8"))}
    noted -= {"leads.csv", "users.csv", "activation.mark"}  # which are files
    assert len(noted) > 20
    assert {action for action in noted if action_text(action) == action} == set()

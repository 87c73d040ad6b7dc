"""What failed, by cause."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from PySide6.QtWidgets import QApplication

from desktop.backend.api import Api
from desktop.models.failures import FailureColumn, FailuresModel
from server.contract import FailureGroup, Phrase

_NOW = datetime(2026, 11, 12, 14, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("searched", "found"),
    [("DOES NOT exist", 1), ("no such user", 1), ("ada@firm", 1), ("The mailbox is full", 0)],
)
def test_a_cause_is_found_by_all_that_its_row_says(qapp: QApplication, searched: str, found: int) -> None:
    group = FailureGroup(
        cause="550 5.1.1 No such user",
        count=3,
        first=_NOW,
        last=_NOW,
        example="550 5.1.1 <ada@firm.example>: No such user",
        sentence=Phrase.ADDRESS_UNKNOWN.says(),
    )
    model = FailuresModel(Api("http://127.0.0.1:9"))
    model._take((group,))
    assert model.text(group, FailureColumn.CAUSE) == "The address does not exist."
    model.set_search(searched)
    assert model.total == found

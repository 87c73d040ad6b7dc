"""Which leads are picked."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from desktop.state.selection import LeadSelection
from server.contract import LeadFilter, LeadStatus, Selection

A, B, C = ("a" * 24, "b" * 24, "c" * 24)
NEW = LeadFilter(search="firm", status=(LeadStatus.NEW,))


@pytest.fixture
def selection(qapp: QApplication) -> LeadSelection:
    return LeadSelection()


@pytest.fixture
def counts(selection: LeadSelection) -> list[int]:
    """The number of picked leads at each change that was announced."""
    counts: list[int] = []
    selection.changed.connect(lambda: counts.append(selection.count))
    return counts


def test_leads_are_asked_for_in_the_order_of_picking(selection: LeadSelection) -> None:
    selection.set_selected(C, selected=True)
    selection.set_range((A, B), selected=True)
    selection.set_selected(A, selected=False)

    assert selection.count == 2
    assert [selection.is_selected(each) for each in (A, B, C)] == [False, True, True]
    assert selection.as_request() == Selection(ids=(C, B))


def test_everything_that_matches_is_asked_for_by_its_filter_less_exceptions(selection: LeadSelection) -> None:
    selection.set_selected(C, selected=True)
    selection.select_all_matching(NEW, 12_345)
    selection.set_range((A, B), selected=False)
    selection.set_selected(B, selected=True)

    assert selection.covers_all
    assert selection.count == 12_344
    assert [selection.is_selected(each) for each in (A, B, C)] == [False, True, True]
    assert selection.as_request() == Selection(matching=NEW, exclude=(A,))


def test_only_what_changes_something_is_announced(selection: LeadSelection, counts: list[int]) -> None:
    selection.clear()
    selection.set_selected(A, selected=False)
    selection.set_range((A, B), selected=True)
    selection.set_range((A, B), selected=True)
    selection.select_all_matching(NEW, 10)
    selection.set_selected(A, selected=True)
    selection.set_selected(A, selected=False)
    selection.clear()
    selection.clear()

    assert counts == [2, 10, 9, 0]


def test_nothing_is_left_of_a_selection_that_was_cleared(selection: LeadSelection) -> None:
    selection.select_all_matching(NEW, 10)
    selection.set_selected(A, selected=False)
    selection.clear()
    selection.set_selected(B, selected=True)

    assert not selection.covers_all
    assert not selection.is_selected(A)
    assert selection.as_request() == Selection(ids=(B,))

"""The comparison that every test of a kill relies on finds what is wrong."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from server.accounts.hashing import hash_random_password
from server.settings import PasswordHash
from tests.system.mail_server import Received
from tests.system.reconciliation import Books, check_books, reconcile

ANN = "ann@firm.example"
PASSWORD = "abcde-fghij-klmno"
EMAIL = Received(ANN, "<1@desk.example>", PASSWORD)


@pytest.fixture(scope="module")
def books() -> Books:
    """One lead has become a user and has her email."""
    return Books(
        leads={ANN: "activated"},
        users=Counter([ANN]),
        password_hashes={ANN: hash_random_password(PASSWORD, PasswordHash.ARGON2ID)},
        pending=Counter(),
        sending=Counter(),
        failed=Counter(),
        delivered=Counter([ANN]),
        discarded=Counter(),
        skipped=Counter(),
        uncertain=Counter(),
        attempts={ANN: 1},
        errors={},
        activations=[{"_id": 1, "state": "finished", "finishedAt": 1, "total": 1, "created": 1, "skipped": 0}],
    )


def test_all_is_well(books: Books) -> None:
    assert check_books(books, [EMAIL]) == set()


def test_a_second_copy_needs_a_mark(books: Books) -> None:
    assert reconcile(books, [EMAIL, EMAIL]).unmarked == {ANN}
    assert check_books(replace(books, uncertain=Counter({ANN: 1})), [EMAIL, EMAIL]) == {ANN}
    assert reconcile(replace(books, uncertain=Counter({ANN: 1})), [EMAIL, EMAIL, EMAIL]).unmarked == {ANN}


def test_an_email_that_waits_and_has_arrived_needs_a_mark(books: Books) -> None:
    waiting = replace(books, delivered=Counter(), pending=Counter([ANN]))
    assert reconcile(waiting, [EMAIL]).unmarked == {ANN}


@pytest.mark.parametrize(
    "change",
    [
        {"delivered": Counter()},
        {"users": Counter()},
        {"leads": {ANN: "activating"}},
        {"leads": {ANN: "activated", "bob@firm.example": "skipped"}},
    ],
)
def test_what_is_missing_is_lost(books: Books, change: dict[str, object]) -> None:
    assert reconcile(replace(books, **change), [EMAIL]).lost  # type: ignore[arg-type]


def test_a_delivery_that_never_arrived_is_lost(books: Books) -> None:
    assert reconcile(books, []).lost == {ANN}


@pytest.mark.parametrize(
    "change",
    [
        {"users": Counter({ANN: 2}), "delivered": Counter({ANN: 2})},
        {"pending": Counter([ANN])},
        {"delivered": Counter(), "failed": Counter([ANN]), "errors": {ANN: "550 no"}},
        {"activations": [{"_id": 1, "state": "running", "finishedAt": None, "created": 1}]},
        {"password_hashes": {ANN: hash_random_password("another", PasswordHash.ARGON2ID)}},
        {"leads": {ANN: "new"}},
    ],
)
def test_whatever_does_not_add_up_is_found(books: Books, change: dict[str, object]) -> None:
    assert reconcile(replace(books, **change), [EMAIL]).other  # type: ignore[arg-type]


def test_two_different_emails_are_found(books: Books) -> None:
    other = replace(EMAIL, message_id="<2@desk.example>")
    assert reconcile(replace(books, uncertain=Counter({ANN: 1})), [EMAIL, other]).other

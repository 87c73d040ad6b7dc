"""Which account sends which email."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from server.mail.shares import Shares
from server.smtp_accounts import Rate, SmtpAccount, SmtpSecurity, SmtpServer

_PLENTY = 10_000


def account(name: str, weight: int) -> SmtpAccount:
    return SmtpAccount(
        SmtpServer(name, 25, SmtpSecurity.NONE, label=name), rate=Rate(1, timedelta(seconds=1)), weight=weight
    )


def test_each_gets_its_share_of_many() -> None:
    shares = Shares([account("a", 3), account("b", 1)])
    assert shares.deal(400, {"a": _PLENTY, "b": _PLENTY}) == {"a": 300, "b": 100}


def test_each_gets_its_share_of_one_at_a_time() -> None:
    shares = Shares([account("a", 3), account("b", 1)])
    dealt: Counter[str] = Counter()
    for _ in range(40):
        dealt.update(shares.deal(1, {"a": _PLENTY, "b": _PLENTY}))
    assert dealt == {"a": 30, "b": 10}


def test_what_one_has_no_room_for_goes_to_the_other() -> None:
    shares = Shares([account("a", 3), account("b", 1)])
    assert shares.deal(100, {"a": 10, "b": _PLENTY}) == {"a": 10, "b": 90}
    assert shares.deal(100, {"a": 10, "b": 5}) == {"a": 10, "b": 5}


def test_a_spare_is_used_while_there_is_no_other() -> None:
    shares = Shares([account("a", 1), account("spare", 0)])
    assert shares.among(["a", "spare"]) == ["a"]
    assert shares.among(["spare"]) == ["spare"]
    assert shares.among([]) == []
    assert shares.deal(3, {"spare": _PLENTY}) == {"spare": 3}

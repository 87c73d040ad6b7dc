"""How often one admin may ask."""

from __future__ import annotations

import pytest

from server.api.budget import REQUESTS_AT_ONCE, RequestLimit
from server.errors import TooMany


def ask(limit: RequestLimit, often: int) -> None:
    for _ in range(often):
        limit.take("eve")


def test_each_admin_has_as_many_requests_at_once_as_a_desktop_may_need_and_no_end_of_them() -> None:
    limit = RequestLimit()
    ask(limit, REQUESTS_AT_ONCE)
    with pytest.raises(TooMany):
        ask(limit, REQUESTS_AT_ONCE * 1000)  # what comes back meanwhile is used up as well
    limit.take("ann")


def test_what_was_used_up_comes_back_by_and_by_and_no_more_than_that() -> None:
    limit = RequestLimit(at_once=3, per_second=1e-9)
    ask(limit, 3)
    with pytest.raises(TooMany):
        ask(limit, 1)
    ask(RequestLimit(at_once=3, per_second=1e12), 1000)

"""How wrong passwords are slowed down, by a clock of the test's own."""

from __future__ import annotations

from datetime import timedelta

import pytest

from server.accounts.throttle import Attempt, LoginThrottle
from server.errors import TooManyAttempts

LONGEST = 30.0


class Clock:
    """Goes only when told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Door:
    """A throttle, and those who try."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.throttle = LoginThrottle(timedelta(seconds=LONGEST), clock=self.clock)

    def tries(self, attempt: Attempt) -> float:
        """Seconds to wait; 0: it is looked at."""
        try:
            self.throttle.begin(attempt)
        except TooManyAttempts as error:
            return error.retry_after
        return 0.0

    def waits(self, attempt: Attempt, times: int) -> list[float]:
        """What each of so many wrong ones has to wait; each comes as soon as it may."""
        waits = []
        for _ in range(times):
            waits.append(wait := self.tries(attempt))
            if wait:
                self.clock.now += wait
                assert self.tries(attempt) == 0
        return waits


@pytest.fixture
def door() -> Door:
    return Door()


def comes_from(address: str, name: str = "ann", *, device: str | None = None, known: bool = False) -> Attempt:
    return Attempt(name, address, device, known)


def test_some_are_free_and_then_the_wait_grows_up_to_the_limit(door: Door) -> None:
    assert door.waits(comes_from("1.1.1.1"), 12) == [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 30, 30]


def test_coming_too_early_does_not_make_it_longer(door: Door) -> None:
    attempt = comes_from("1.1.1.1")
    door.waits(attempt, 20)
    waits = {door.tries(attempt) for _ in range(1000)}
    assert waits == {LONGEST}
    door.clock.now += LONGEST
    assert door.tries(attempt) == 0


def test_many_at_once_are_no_way_around(door: Door) -> None:
    looked_at = [door.tries(comes_from("1.1.1.1")) == 0 for _ in range(100)]
    assert sum(looked_at) == 5


def test_the_name_counts_whatever_its_case(door: Door) -> None:
    looked_at = [door.tries(comes_from("1.1.1.1", name)) == 0 for name in ("ann", "Ann", "ANN") * 5]
    assert sum(looked_at) == 5


def test_success_forgets_the_attempts_before(door: Door) -> None:
    attempt = comes_from("1.1.1.1")
    for _ in range(200):
        assert door.tries(attempt) == 0
        door.throttle.succeeded(attempt)
    assert door.waits(attempt, 6) == [0, 0, 0, 0, 0, 1]


def test_one_address_cannot_go_through_many_accounts(door: Door) -> None:
    looked_at = [door.tries(comes_from("1.1.1.1", f"admin{n}")) == 0 for n in range(200)]
    assert sum(looked_at) == 20
    assert door.tries(comes_from("2.2.2.2", "admin0")) == 0


def test_many_addresses_cannot_go_through_one_account(door: Door) -> None:
    looked_at = [door.tries(comes_from(f"1.1.{n // 250}.{n % 250}")) == 0 for n in range(1000)]
    assert sum(looked_at) <= 55


def test_under_attack_the_admin_gets_in_from_a_new_address_after_the_longest_wait_at_most(door: Door) -> None:
    for n in range(5000):
        door.tries(comes_from(f"1.1.{n // 250}.{n % 250}"))
    home = comes_from("9.9.9.9")
    wait = door.tries(home)
    assert 0 < wait <= LONGEST
    door.clock.now += wait
    for n in range(5000):  # they go on all the time, and come first
        door.tries(comes_from(f"1.2.{n // 250}.{n % 250}"))
    assert door.tries(home) == 0
    door.throttle.succeeded(home)


def test_under_attack_a_known_address_goes_on_at_once(door: Door) -> None:
    for n in range(5000):
        door.tries(comes_from(f"1.1.{n // 250}.{n % 250}"))
    assert door.tries(comes_from("9.9.9.9", known=True)) == 0


def test_a_known_device_goes_on_at_once_even_at_the_address_of_the_attacker(door: Door) -> None:
    for _ in range(1000):
        door.tries(comes_from("1.1.1.1", known=True))
    assert door.tries(comes_from("1.1.1.1", known=True)) > 0
    device = comes_from("1.1.1.1", device="d", known=True)
    assert door.waits(device, 6) == [0, 0, 0, 0, 0, 1]  # and is slowed down for what it does itself


def test_after_a_quarter_of_an_hour_nothing_is_held_against_anyone(door: Door) -> None:
    door.waits(comes_from("1.1.1.1"), 20)
    door.clock.now += 901
    assert door.waits(comes_from("1.1.1.1"), 6) == [0, 0, 0, 0, 0, 1]


def test_it_remembers_no_more_than_it_has_room_for(door: Door) -> None:
    for n in range(60_000):
        door.tries(comes_from(f"1.{n // 62500}.{n // 250 % 250}.{n % 250}", f"admin{n}"))
    assert max(len(counts) for counts in door.throttle._counts.values()) == 25_000


def attacked(door: Door, *, account: str = "1") -> None:
    """Until those who come from elsewhere have to wait."""
    for number in range(200):
        door.tries(Attempt("ann", f"192.0.2.{number}", None, False, account))
    assert door.tries(Attempt("ann", "203.0.113.1", None, False, account)) > 0


def test_addresses_of_one_site_are_one_place(door: Door) -> None:
    looked_at = [
        door.tries(Attempt(f"name{number}", f"2001:db8:1:2::{number:x}", None, False)) == 0 for number in range(200)
    ]
    assert sum(looked_at) < 30
    assert door.tries(Attempt("name", "2001:db8:1:3::1", None, False)) == 0


def test_an_account_is_one_whichever_way_its_name_is_spelled(door: Door) -> None:
    looked_at = [
        door.tries(Attempt("an\u00ad" * number + "n", f"192.0.{number // 200}.{number % 200}", None, False, "1")) == 0
        for number in range(1000)
    ]
    assert sum(looked_at) < 100


def test_names_that_are_made_up_push_out_no_count_of_an_account(door: Door) -> None:
    attacked(door)
    for number in range(60_000):
        door.tries(Attempt(f"nobody{number}", f"2001:db8:{number:x}::1", None, False))
    assert door.tries(Attempt("ann", "203.0.113.2", None, False, "1")) > 0
    assert door.tries(Attempt("ann", "198.51.100.1", None, True, "1")) == 0, "known ones come in as ever"

"""A login that is refused is made once, whoever else comes for one at about the same time."""

from __future__ import annotations

import pytest

from server.mail import login
from server.mail.login import Logins


class _Refused(Exception):
    pass


class _Server:
    """Answers logins; counts them."""

    def __init__(self, *answers: Exception | None) -> None:
        self._answers = list(answers)
        self.asked = 0

    async def log_in(self) -> None:
        self.asked += 1
        if (answer := self._answers.pop(0)) is not None:
            raise answer


def _logins() -> Logins:
    return Logins(lambda error: isinstance(error, _Refused))


async def test_who_comes_a_moment_after_a_refusal_gets_it_without_a_login() -> None:
    server, logins = _Server(_Refused()), _logins()
    for _ in range(2):
        with pytest.raises(_Refused):
            await logins.make(server.log_in)
    assert server.asked == 1


async def test_who_is_to_find_out_whether_it_is_so_still_logs_in() -> None:
    server, logins = _Server(_Refused(), None, None), _logins()
    with pytest.raises(_Refused):
        await logins.make(server.log_in)
    await logins.make(server.log_in, urgent=True)
    await logins.make(server.log_in)
    assert server.asked == 3


async def test_a_refusal_is_not_passed_on_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(login, "_REFUSED_SECONDS", 0)
    server, logins = _Server(_Refused(), None), _logins()
    with pytest.raises(_Refused):
        await logins.make(server.log_in)
    await logins.make(server.log_in)
    assert server.asked == 2


async def test_what_passes_by_itself_is_tried_again_at_once() -> None:
    server, logins = _Server(OSError("gone"), None), _logins()
    with pytest.raises(OSError, match="gone"):
        await logins.make(server.log_in)
    await logins.make(server.log_in)
    assert server.asked == 2

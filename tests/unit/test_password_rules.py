"""Which passwords people may choose."""

from __future__ import annotations

import pytest

from server.accounts.password_rules import MIN_LENGTH, check_password
from server.errors import Invalid


@pytest.mark.parametrize(
    "password",
    [
        "",
        "short",
        "x7K!mqR9_vB",  # one too few
        "password1234",
        "Password!2024",
        "P@ssw0rd12345",
        "passwordpassword",
        "qwertyuiop12",
        "1q2w3e4r5t6y",
        "QwertyUiopAsdf",
        "iloveyou123456",
        "administrator1",
        "correcthorsebatterystaple",
        "123456789012",
        "987654321098",
        "abcdefghijkl",
        "aaaaaaaaaaaa",
        "abababababab",
        "summer2024!!",
        "annemarie-anders",
        "Annemarie-Anders1984",
    ],
)
def test_what_is_short_or_tried_first_is_refused_and_never_repeated(password: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_password(password, "Annemarie-Anders")
    assert not password or password not in caught.value.message


@pytest.mark.parametrize(
    "password",
    [
        "x7K!mqR9_vBz",
        "correct horse battery",
        "vier Wörter zum Merken",
        "481516234299",
        "пароль из четырёх слов",
        "passwordless cats purr",
        "x" * 988 + "abcdefghijkl",
    ],
)
def test_long_ones_of_any_kind_are_good(password: str) -> None:
    assert len(password) >= MIN_LENGTH
    check_password(password, "ann")

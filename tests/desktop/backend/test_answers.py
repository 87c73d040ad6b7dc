"""What an answer means: the server's, a proxy's, or a stranger's."""

from __future__ import annotations

import pytest

from desktop.backend.answers import is_refusal, refusal, understood
from desktop.backend.errors import DeskError, LoggedOut, Refused, Unreachable
from server.contract import Changed, ErrorCode, Phrase, Problem

SERVER = "https://desk.example"
PAGE = b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"


def ours(code: ErrorCode) -> bytes:
    return Problem.of(code, Phrase.SENDING_GOES_ON.says()).model_dump_json().encode()


@pytest.mark.parametrize(
    ("status", "content", "kind", "code", "said"),
    [
        # In the server's own form it is the server's word, whatever the status.
        (401, ours(ErrorCode.UNAUTHORIZED), LoggedOut, "unauthorized", "Sending goes on."),
        (503, ours(ErrorCode.UNAVAILABLE), Unreachable, "unavailable", "Sending goes on."),
        (500, ours(ErrorCode.INTERNAL), Refused, "internal", "Sending goes on."),
        (429, ours(ErrorCode.TOO_MANY_ATTEMPTS), Refused, "tooManyAttempts", "Sending goes on."),
        (413, ours(ErrorCode.TOO_LARGE), Refused, "tooLarge", "Sending goes on."),
        # A proxy in its place.
        (502, PAGE, Unreachable, "behindProxy", "it may be restarting"),
        (503, PAGE, Unreachable, "behindProxy", "it may be restarting"),
        (504, PAGE, Unreachable, "behindProxy", "it may be restarting"),
        (500, PAGE, Unreachable, "behindProxy", "it may be restarting"),
        (503, b"", Unreachable, "behindProxy", "it may be restarting"),
        (521, b"", Unreachable, "behindProxy", "it may be restarting"),
        (503, b'{"error": "no backend"}', Unreachable, "behindProxy", "it may be restarting"),
        (408, b"", Unreachable, "behindProxy", "it may be restarting"),
        (429, PAGE, Unreachable, "behindProxy", "it may be restarting"),
        (413, PAGE, Refused, "tooLargeForProxy", "client_max_body_size 60m"),
        # Somebody else.
        (302, b"", Refused, "stranger", "is not Activation Desk"),
        (401, PAGE, Refused, "stranger", "is not Activation Desk"),
        (403, PAGE, Refused, "stranger", "is not Activation Desk"),
        (404, PAGE, Refused, "stranger", "is not Activation Desk"),
        (404, b'{"detail": "Not Found"}', Refused, "stranger", "is not Activation Desk"),
    ],
)
def test_whose_word_a_refusal_is(status: int, content: bytes, kind: type[DeskError], code: str, said: str) -> None:
    assert is_refusal(status)
    error = refusal(SERVER, status, content)
    assert type(error) is kind
    assert error.code == code
    assert said in error.message


@pytest.mark.parametrize("content", [b"", PAGE, b'{"matched": 1, "cha'])
def test_a_page_that_says_all_is_well_is_a_stranger(content: bytes) -> None:
    for form in (Changed, type(None)):
        with pytest.raises(Refused, match="is not Activation Desk"):
            understood(SERVER, 200, content, form, asked="POST /api/queue/pause")


def test_an_answer_of_another_form_is_another_version() -> None:
    with pytest.raises(Refused, match="different versions") as caught:
        understood(SERVER, 200, b'{"matched": "many"}', Changed, asked="POST /api/queue/emails/retry")
    assert "POST /api/queue/emails/retry" in caught.value.details


def test_what_is_answered_by_nothing_is_done() -> None:
    assert understood(SERVER, 204, b"", type(None), asked="POST /api/queue/pause") is None

"""Why there is no access token: what passes by itself, and what somebody has to put right."""

from __future__ import annotations

from datetime import timedelta

from server.contract import Sentence


class NoToken(Exception):
    """The sentence says why."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence.english)
        self.sentence = sentence


class TokenServerAway(NoToken):
    """The token server does not answer, has a trouble of its own, or asks to come back later."""

    def __init__(self, sentence: Sentence, wait: timedelta | None = None) -> None:
        """``wait``: how long it asked to leave it alone."""
        super().__init__(sentence)
        self.wait = wait


class TokenRefused(NoToken):
    """The token server does not let this client have a token for the mailbox."""

"""A keyring of one token, in the environment: no measurement asks the developer's own."""

from __future__ import annotations

import os

from keyring.backend import KeyringBackend


class KeptToken(KeyringBackend):
    """Knows one password, whatever it is asked for, and keeps no other."""

    priority = 1.0

    def get_password(self, service: str, username: str) -> str | None:
        """The token."""
        return os.environ["KEPT_TOKEN"]

    def set_password(self, service: str, username: str, password: str) -> None:
        """Not needed here."""

    def delete_password(self, service: str, username: str) -> None:
        """Not needed here."""

"""Mail servers on this machine that a test starts, and their ports."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from server.smtp_accounts import SmtpSecurity, SmtpServer, Trust
from tests.waiting import LIMIT

#: Who may log in.
USER = "desk"
PASSWORD = "correct"
#: Mail for it is taken, and thrown away.
TAKEN = "firm.example"


@dataclass(frozen=True)
class MailServer:
    """A running one, with the ports of its listeners by their names."""

    ports: Mapping[str, int]

    def address(
        self,
        listener: str,
        *,
        password: str | None = None,
        hello: str | None = None,
        security: SmtpSecurity = SmtpSecurity.NONE,
        trust: Trust | None = None,
    ) -> SmtpServer:
        """How to reach a listener; with a login where a password is given."""
        return SmtpServer(
            "127.0.0.1",
            self.ports[listener],
            security,
            username=None if password is None else USER,
            password=None if password is None else SecretStr(password),
            hello=hello,
            trust=trust or Trust(),
        )


def free_ports(count: int) -> list[int]:
    """So many that nobody listens on, all different."""
    held = [socket.socket() for _ in range(count)]
    try:
        for each in held:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in held]
    finally:
        for each in held:
            each.close()


def until_listening(process: subprocess.Popen[bytes], ports: Iterable[int], said: Path) -> None:
    """Wait until that process, or one of its children, takes connections on all of them; ``said``: what it puts out."""
    deadline = time.monotonic() + LIMIT
    for port in ports:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=LIMIT).close()
                break
            except ConnectionRefusedError:
                assert process.poll() is None, said.read_text(errors="replace")
                assert time.monotonic() < deadline, said.read_text(errors="replace")
                time.sleep(0.05)

"""Where the service listens."""

from __future__ import annotations

import errno
import ipaddress
import socket

from server.errors import NotNow, StartError, WrongSetup


def listen(host: str, port: int) -> socket.socket:
    """Bind before anything starts, so that a taken port is known at once. Raises :class:`StartError`."""
    listener: socket.socket | None = None
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(1024)
        listener.setblocking(False)  # noqa: FBT003 - the socket module's own way
    except OSError as error:
        if listener is not None:
            listener.close()
        outcome: type[StartError] = NotNow
        if error.errno == errno.EADDRINUSE:
            reason = "is taken by another program. Stop that one, or choose another with --port."
        elif error.errno == errno.EACCES:
            outcome = WrongSetup
            reason = "may not be used by this user. Choose one above 1023 with --port."
        else:
            reason = f"cannot be used ({error.strerror}). Correct ACTIVATION_HOST and ACTIVATION_PORT."
        raise outcome(f"Port {port} of {host} {reason}") from error
    return listener


def address_of(listener: socket.socket, *, secure: bool) -> str:
    """As a URL."""
    host, port = listener.getsockname()[:2]
    scheme = "https" if secure else "http"
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def is_loopback(listener: socket.socket) -> bool:
    """Whether only this machine reaches it."""
    return ipaddress.ip_address(listener.getsockname()[0]).is_loopback

"""The sockets that the database's driver leaves open.

Where an attempt to connect is cancelled, as when a client is closed while its monitor connects, the driver (pymongo
4.20, ``_async_create_connection``) leaves the socket to the garbage collector. Python warns of that as of a socket of
ours, in whatever test comes next. So the driver's are known by their type, and close by themselves.
"""

from __future__ import annotations

import socket
from types import ModuleType

from pymongo import pool_shared


class DriverSocket(socket.socket):
    """One that may be left to the garbage collector."""

    def __del__(self) -> None:
        """Before Python looks whether it was closed."""
        self.close()


def let_the_driver_leave_its_sockets() -> None:
    """From now on; a socket that anybody else leaves still fails a test."""
    module = ModuleType(socket.__name__)
    vars(module).update(vars(socket), socket=DriverSocket)
    pool_shared.__dict__["socket"] = module

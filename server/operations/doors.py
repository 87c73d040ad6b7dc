"""How many connections there may be at once: in all, and from one network; and who goes when there is no room.

Counted where connections are accepted, before anything is read of them and before TLS, so that each open file is
known. Whoever has asked and is being answered stays. Whoever keeps the service waiting, with half a request or with
none, is let go of as soon as somebody else wants the place: the one that has waited for longest, in the network that
has the most. So places run out only where as many requests are really being answered.
"""

from __future__ import annotations

import errno
import logging
import os
import socket
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

import structlog

from server.networks import network_of

log = structlog.get_logger(__name__)

#: Connections at once, in all and from one network: hundreds of desktops may share an address.
MOST = 4096
MOST_FROM_ONE = 512
#: Open files kept back for the database, mail servers and files: of many, so many; of few, half of them.
KEPT_BACK = 512
#: Open files that the service asks the system for.
WANTED_FILES = 65_536
_MACS_FILES = 10_240  # which macOS gives everywhere, whatever it says
_USUAL_FILES = 1024
#: Connections accepted in one go. More of them wait where the system keeps them.
ACCEPTED_AT_ONCE = 64
#: Seconds in which a WebSocket has shown who it belongs to, or has been hung up on.
_INTRODUCED = 15.0
_SAID_AGAIN = 60.0  # seconds between two records of the same trouble

_NO_FILES = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})

#: As the system names who is at the other end.
Peer = tuple[Any, ...]


def raise_file_limit() -> int:
    """Ask the system for as many open files as it gives; answers how many that are."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return WANTED_FILES
    try:
        given, most = (
            WANTED_FILES if limit == resource.RLIM_INFINITY else limit
            for limit in resource.getrlimit(resource.RLIMIT_NOFILE)
        )
    except OSError:  # forbidden where services are locked in
        return _USUAL_FILES
    for wanted in (min(WANTED_FILES, most), min(_MACS_FILES, most)):
        if wanted <= given:
            break
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
            return wanted
    return given


def room_within(files: int) -> int:
    """Connections that so many open files are enough for."""
    return max(1, min(MOST, max(files // 2, files - KEPT_BACK)))


@dataclass(slots=True)
class _Guest:
    """A connection that is open."""

    network: str
    #: Lets go of it.
    dismiss: Callable[[], None]
    #: When it began to listen, if it is a WebSocket.
    listens_since: float | None = None


class _Connection(socket.socket):
    """One that says when it is closed."""

    on_close: Callable[[], None] | None = None

    def close(self) -> None:
        """The place is free."""
        on_close, self.on_close = self.on_close, None
        super().close()
        if on_close is not None:
            on_close()


# With a traceback for each time that no file is to be had, which is said below.
logging.getLogger("asyncio").addFilter(lambda record: "out of system resource" not in record.getMessage())


class Doors:
    """Who is in, and who may come in."""

    def __init__(self, most: int, *, most_from_one: int = MOST_FROM_ONE, proxies: Sequence[str] = ()) -> None:
        """``proxies``: addresses and networks of those that ask for others, whose number has no limit of its own."""
        self._most = most
        self._most_from_one = most_from_one
        self._proxies = [ip_network(proxy, strict=False) for proxy in proxies]
        #: Connections that are to end and still are open files, at most.
        self._may_be_leaving = max(1, min(ACCEPTED_AT_ONCE, most // 4))
        self._leaving = 0
        self._guests: dict[Peer, _Guest] = {}
        self._number: Counter[str] = Counter()
        #: By network, those who keep the service waiting, the one that has for longest first.
        self._waiting: dict[str, OrderedDict[Peer, None]] = {}
        self._said_at: dict[str, float] = {}

    def __len__(self) -> int:
        return len(self._guests)

    def entrance(self, listener: socket.socket) -> socket.socket:
        """A second handle of a socket that listens: of those that connect it accepts the ones who may come in."""
        return _Entrance(self, listener)

    @property
    def is_crowded(self) -> bool:
        """Whether some have to get out first before anybody can be asked in."""
        return self._leaving >= self._may_be_leaving

    def let_in(self, connection: _Connection, peer: Peer) -> bool:
        """Whether there is a place, perhaps one that somebody else has to leave. It begins by being waited for."""
        network = network_of(str(peer[0]))
        if self._number[network] >= self._most_from_one and not self._is_proxy(str(peer[0])):
            self._say("too many connections from one network", network=network, at_most=self._most_from_one)
            if not self._dismiss_from(network):
                return False
        elif len(self._guests) >= self._most:
            self._say("too many connections", at_most=self._most)
            if not self.make_room():
                return False
        self._guests[peer] = guest = _Guest(network, lambda: _hang_up(connection))
        self._number[network] += 1
        self._waiting.setdefault(network, OrderedDict())[peer] = None
        connection.on_close = lambda: self._left(peer, guest)
        return True

    def make_room(self) -> bool:
        """Let go of one who keeps the service waiting; False where there is nobody."""
        networks = self._waiting or {guest.network for guest in self._guests.values() if _is_new(guest)}
        largest = max(networks, key=self._number.__getitem__, default=None)
        return largest is not None and self._dismiss_from(largest)

    def is_held_by(self, peer: Peer, dismiss: Callable[[], None]) -> None:
        """Something speaks with it, which is to be told that it has to go."""
        if peer in self._guests:
            self._guests[peer].dismiss = dismiss

    def waits_for(self, peer: Peer) -> None:
        """What was asked is answered, or the rest of what is being asked is to come."""
        guest = self._guests.get(peer)
        if guest is not None:
            self._waiting.setdefault(guest.network, OrderedDict()).setdefault(peer)

    def serves(self, peer: Peer) -> None:
        """All of a request is here."""
        if peer in self._guests:
            self._waits_no_more(peer)

    def listens(self, peer: Peer) -> None:
        """It is a WebSocket now."""
        if peer in self._guests:
            self._waits_no_more(peer)
            self._guests[peer].listens_since = time.monotonic()

    def out_of_files(self, error: OSError) -> None:
        """The system gives no more open files: the next one takes the place of another."""
        self._say("the system gives no more open files, connections wait", reason=error.strerror)
        self.make_room()

    def _dismiss_from(self, network: str) -> bool:
        """Let go of the one in that network that the service has waited for longest."""
        peer = next(iter(self._waiting.get(network, ())), None)
        if peer is None:
            peers = (each for each, guest in self._guests.items() if guest.network == network and _is_new(guest))
            peer = next(peers, None)
        if peer is None:
            return False
        dismiss = self._guests[peer].dismiss
        self._forget(peer)
        self._leaving += 1
        dismiss()
        return True

    def _left(self, peer: Peer, guest: _Guest) -> None:
        if self._guests.get(peer) is guest:
            self._forget(peer)
        else:
            self._leaving -= 1

    def _forget(self, peer: Peer) -> None:
        self._waits_no_more(peer)
        guest = self._guests.pop(peer)
        self._number[guest.network] -= 1
        if not self._number[guest.network]:
            del self._number[guest.network]

    def _waits_no_more(self, peer: Peer) -> None:
        network = self._guests[peer].network
        if waiting := self._waiting.get(network):
            waiting.pop(peer, None)
            if not waiting:
                del self._waiting[network]

    def _is_proxy(self, address: str) -> bool:
        try:
            found = ip_address(address.partition("%")[0])
        except ValueError:
            return False
        if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
            found = found.ipv4_mapped
        return any(found in proxy for proxy in self._proxies)

    def _say(self, trouble: str, **facts: Any) -> None:
        """Write it down, but not for each of those who come."""
        now = time.monotonic()
        if now - self._said_at.get(trouble, -_SAID_AGAIN) >= _SAID_AGAIN:
            self._said_at[trouble] = now
            log.warning(trouble, **facts)


def _is_new(guest: _Guest) -> bool:
    """Whether it listens and may not have shown yet who it belongs to."""
    return guest.listens_since is not None and time.monotonic() - guest.listens_since < _INTRODUCED


def _hang_up(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)  # whoever reads it meets its end and closes it


class _Entrance(socket.socket):
    """A listening socket that is asked for connections by asyncio."""

    def __init__(self, doors: Doors, listener: socket.socket) -> None:
        super().__init__(listener.family, listener.type, listener.proto, fileno=os.dup(listener.fileno()))
        self.setblocking(False)  # noqa: FBT003 - the socket module's own way
        self._doors = doors
        self._is_full = False

    def accept(self) -> tuple[socket.socket, Any]:
        """The next one that may come in. Raises :class:`OSError` as sockets do."""
        if self._is_full:  # asyncio has been told, and goes on asking all the same
            self._is_full = False
            raise BlockingIOError
        while True:
            if self._doors.is_crowded:
                raise BlockingIOError  # until the next turn of the loop
            try:
                descriptor, peer = self._accept()  # type: ignore[attr-defined] # what ``accept`` of the base is made of
            except OSError as error:
                if error.errno in _NO_FILES:
                    self._is_full = True
                    self._doors.out_of_files(error)
                raise
            connection = _Connection(self.family, self.type, self.proto, fileno=descriptor)
            if self._doors.let_in(connection, peer):
                return connection, peer
            connection.close()

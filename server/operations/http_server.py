"""The web server: uvicorn, with time limits for clients that are slow on purpose or out of trouble."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Sequence
from typing import Any

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from server.contract import IDLE_CONNECTION_SECONDS, ErrorCode, Problem
from server.operations.doors import ACCEPTED_AT_ONCE, MOST_FROM_ONE, Doors, Peer, raise_file_limit, room_within
from server.operations.tls import Certificate

HEADER_SECONDS = 10.0  # for the whole head of a request
BODY_SECONDS = 30.0  # between two pieces of a body, and for all of one that is short
#: Bytes a second of a body that is longer, so that no piece after piece of one lasts for ever: slower than any line.
BODY_RATE = 4096
WRITE_SECONDS = 20.0  # for a client to make room for more of an answer
#: What a client may go on sending of a body that nobody reads any more, so that it comes to read the answer.
SURPLUS_SECONDS = 2.0
SURPLUS_BYTES = 2**20

_MAX_HEADERS = 32 * 1024  # bytes
#: Bytes of a message that a client sends over a WebSocket; ours have nothing to say but who they are.
_MAX_MESSAGE = 64 * 1024


class BrokenOff(Exception):
    """Raised by an answer that has begun and cannot go on: the connection ends, so that nobody takes it for whole."""


# Whoever breaks off has said so; a traceback would say that nobody had expected it.
logging.getLogger("uvicorn.error").addFilter(
    lambda record: not (record.exc_info and isinstance(record.exc_info[1], BrokenOff))
)


class _DropsSlowReaders(asyncio.Protocol):
    """Lets go of a client that takes nothing more: what it was sent would wait in memory."""

    transport: Any
    loop: asyncio.AbstractEventLoop
    _stuck: asyncio.TimerHandle | None = None

    def pause_writing(self) -> None:
        """The client does not keep up."""
        super().pause_writing()
        self._stuck = self.loop.call_later(WRITE_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """It does again."""
        super().resume_writing()
        self._cancel_stuck()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        self._cancel_stuck()
        super().connection_lost(exc)

    def _cancel_stuck(self) -> None:
        if self._stuck is not None:
            self._stuck.cancel()
            self._stuck = None


class _WebSocket(_DropsSlowReaders, WebSocketsSansIOProtocol):
    """A client that listens. One that does not answer pings is dropped by uvicorn, and by Socket.IO as well."""

    async def send(self, message: Any) -> None:
        """What the application says to it. One that is denied has its answer: uvicorn would log an error for each."""
        await super().send(message)
        if self.initial_response is not None and self.close_sent:
            self.handshake_complete = True


class _Http(_DropsSlowReaders, H11Protocol):
    """A client that asks, in time."""

    doors: Doors  # of the server that it belongs to, see :class:`HttpServer`
    _peer: Peer = ()
    _late: asyncio.TimerHandle | None = None
    _awaits_body = False
    #: Of the body that is coming: when it began, and how much of it is here.
    _body_since = 0.0
    _body_size = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as in uvicorn
        """It has to say something."""
        super().connection_made(transport)
        self._peer = transport.get_extra_info("peername") or ()
        self.doors.is_held_by(self._peer, transport.abort)
        self._expect(HEADER_SECONDS)

    def data_received(self, data: bytes) -> None:
        """A piece of a request."""
        super().data_received(data)
        if self.transport.get_protocol() is not self:  # it has become a WebSocket, and has all the time in the world
            self._expect(None)
            self.doors.listens(self._peer)
            return
        match self.conn.their_state:
            case h11.IDLE:  # within the head: all of it has to be here in time
                if self._late is None or self._awaits_body:
                    self._expect(HEADER_SECONDS)
            case h11.SEND_BODY if self.cycle.response_complete:
                self._count_surplus(len(data))
            case h11.SEND_BODY:
                self._expect_more_body(len(data))
            case _:
                self._expect(None)
                self.doors.serves(self._peer)

    def on_response_complete(self) -> None:
        """It may ask for something else, if it has sent what it had to send."""
        super().on_response_complete()
        self.doors.waits_for(self._peer)
        if self.conn.their_state is h11.SEND_BODY and not self.transport.is_closing():
            self._body_size = 0
            self._expect(SURPLUS_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        self._expect(None)
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """What is no HTTP, or has a head that is too long, is refused in the same form as everything else."""
        problem = Problem(code=ErrorCode.INVALID, message=f"{msg} Its head may have {_MAX_HEADERS // 1024} KB.")
        body = problem.model_dump_json().encode()
        headers = [("content-type", "application/json"), ("content-length", str(len(body))), ("connection", "close")]
        try:
            for event in (h11.Response(status_code=400, headers=headers), h11.Data(data=body), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event))
        except h11.LocalProtocolError:
            pass  # in the middle of an answer to what came before
        self.transport.close()

    def _expect_more_body(self, size: int) -> None:
        """The next piece within some time, and all of them at some rate."""
        now = self.loop.time()
        if not self._awaits_body:
            self._body_since, self._body_size = now, 0
        self._body_size += size
        until = self._body_since + BODY_SECONDS + self._body_size / BODY_RATE
        self._expect(min(BODY_SECONDS, max(0.0, until - now)), body=True)

    def _count_surplus(self, size: int) -> None:
        self._body_size += size
        if self._body_size > SURPLUS_BYTES:
            self.transport.abort()

    def _expect(self, seconds: float | None, *, body: bool = False) -> None:
        if self._late is not None:
            self._late.cancel()
        self._awaits_body = body
        self._late = None if seconds is None else self.loop.call_later(seconds, self._on_late)

    def _on_late(self) -> None:
        self._late = None
        if self._awaits_body and self.flow.read_paused:  # it is we who do not keep up
            self._body_since += BODY_SECONDS
            self._expect(BODY_SECONDS, body=True)
        else:
            self.transport.abort()


class _Server(uvicorn.Server):
    """uvicorn on a socket that is there already, behind the doors."""

    def __init__(self, config: uvicorn.Config, doors: Doors) -> None:
        super().__init__(config)
        self._doors = doors

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn does it, but of those that connect only as many are accepted at once as there are files for, and
        a client that is silent in the middle of TLS has no more time than one without.
        """
        config = self.config
        protocol = type("_HttpBehindDoors", (_Http,), {"doors": self._doors})

        def create_protocol() -> asyncio.Protocol:
            return protocol(config=config, server_state=self.server_state, app_state=self.lifespan.state)  # type: ignore[no-any-return]

        listener = (sockets or [])[0]
        server = await asyncio.get_running_loop().create_server(
            create_protocol,
            sock=self._doors.entrance(listener),
            ssl=config.ssl,
            ssl_handshake_timeout=HEADER_SECONDS if config.ssl else None,
            ssl_shutdown_timeout=HEADER_SECONDS if config.ssl else None,
            backlog=ACCEPTED_AT_ONCE,
        )
        listener.listen(config.backlog)  # which is how many may wait with the system; above, what is accepted in a go
        self.servers = [server]
        self.started = True


class HttpServer:
    """uvicorn without its signal handling: when to stop is decided by the service."""

    def __init__(
        self,
        app: Any,
        certificate: Certificate | None,
        *,
        proxies: Sequence[str] = (),
        most: int | None = None,
        most_from_one: int = MOST_FROM_ONE,
    ) -> None:
        """``proxies``: addresses and networks of those that may say for whom they ask.

        ``most``: connections at once, None: what the system's limit of open files leaves room for.
        """
        most = room_within(raise_file_limit()) if most is None else most
        self._server = _Server(
            uvicorn.Config(
                app,
                http=_Http,
                ws=_WebSocket,
                log_config=None,
                access_log=False,
                lifespan="off",
                server_header=False,
                forwarded_allow_ips=list(proxies),  # without it, an environment variable of the library's would decide
                timeout_graceful_shutdown=5,
                timeout_keep_alive=IDLE_CONNECTION_SECONDS,
                h11_max_incomplete_event_size=_MAX_HEADERS,
                ws_max_size=_MAX_MESSAGE,
                ssl_context_factory=None if certificate is None else lambda _config, _default: certificate.context,
            ),
            Doors(most, most_from_one=most_from_one, proxies=proxies),
        )
        self._server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
        self.ready = asyncio.Event()

    async def serve(self, listener: socket.socket) -> None:
        """Answer requests until :meth:`stop`."""
        config = self._server.config
        if not config.loaded:
            config.load()
        self._server.lifespan = config.lifespan_class(config)
        await self._server.startup(sockets=[listener])
        self.ready.set()
        await self._server.main_loop()
        await self._server.shutdown(sockets=[listener])

    def stop(self) -> None:
        """Take no more requests; :meth:`serve` ends when those in hand are answered."""
        self._server.should_exit = True

"""Collections of the driver, whose calls go through :mod:`server.store.calls`.

In a transaction they do not: there the driver goes by the labels of its own errors, and ``Database.transaction`` is the
one call that counts.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any

from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.command_cursor import AsyncCommandCursor
from pymongo.asynchronous.cursor import AsyncCursor

from server.store.calls import ask

Document = dict[str, Any]
Session = AsyncClientSession

#: A change stream waits for as long as nothing happens, and is opened again by whoever reads it.
_NOT_A_CALL = ("watch",)
#: An index over millions of rows takes its time; cut off, it would begin anew.
_TAKE_THEIR_TIME = ("create_index", "create_indexes")


class _Rows(AsyncCursor[Document]):
    """Each time that it asks for more rows is a call."""

    async def _refresh(self) -> int:
        rows = super()._refresh()
        return await rows if self.session is not None else await ask(rows)


class _Groups(AsyncCommandCursor[Document]):
    """As :class:`_Rows`, for what an aggregation answers."""

    async def _refresh(self) -> int:
        rows = super()._refresh()
        return await rows if self.session is not None else await ask(rows)


class Collection(AsyncCollection[Document]):
    """Raises :class:`~server.errors.DatabaseAway` for whatever passes; other errors are the driver's."""

    def find(self, *args: Any, **options: Any) -> AsyncCursor[Document]:
        """As the driver's."""
        return _Rows(self, *args, **options)

    async def _aggregate(
        self,
        aggregation_command: Any,
        pipeline: Any,
        cursor_class: type[AsyncCommandCursor[Any]],  # noqa: ARG002 - ours in its place
        session: Session | None,
        let: Mapping[str, Any] | None = None,
        comment: Any | None = None,
        **kwargs: Any,
    ) -> AsyncCommandCursor[Document]:
        return await super()._aggregate(aggregation_command, pipeline, _Groups, session, let, comment, **kwargs)


def _as_call(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
    seconds = 0 if name in _TAKE_THEIR_TIME else None

    @functools.wraps(method)
    async def call(self: Collection, *args: Any, session: Session | None = None, **options: Any) -> Any:
        if session is not None:
            return await method(self, *args, session=session, **options)
        return await ask(method(self, *args, **options), seconds=seconds)

    return call


# All that the driver has, and will have: nobody has to remember to add one.
for _name, _method in inspect.getmembers(AsyncCollection, inspect.iscoroutinefunction):
    if not _name.startswith("_") and _name not in _NOT_A_CALL:
        setattr(Collection, _name, _as_call(_name, _method))

"""Let a replica set elect another primary again and again: ``python -m tests.step_downs URI --every 20``.

Beside tests against a real one. It ends by a signal.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError

#: Seconds for which who steps down is not elected again, and for which a secondary may take to catch up.
_NOT_AGAIN, _CATCH_UP = 10, 5


def step_down(uri: str) -> str:
    """The primary becomes a secondary; answers what is to be said of it."""
    with MongoClient[dict[str, Any]](uri, serverSelectionTimeoutMS=15_000) as client:
        try:
            client.admin.command("replSetStepDown", _NOT_AGAIN, secondaryCatchUpPeriodSecs=_CATCH_UP)
        except PyMongoError as error:  # no secondary has caught up, or none is elected yet: the next time
            return f"not now: {error}"
    return "stepped down"


def main() -> None:
    """Until it is ended."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("uri")
    arguments.add_argument("--every", type=float, default=20.0, help="seconds")
    chosen = arguments.parse_args()
    while True:
        time.sleep(chosen.every)
        print(time.strftime("%H:%M:%S"), step_down(chosen.uri), flush=True)


if __name__ == "__main__":
    main()

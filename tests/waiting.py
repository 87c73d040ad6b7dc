"""How long a test waits for what is to come."""

from __future__ import annotations

#: Seconds after which it does not come any more. It is there for what hangs, and so many that a machine which is busy
#: with something else never reaches them: what is to be quick is measured, not limited.
LIMIT = 100.0

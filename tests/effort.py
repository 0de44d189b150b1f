"""How much a test tries: `make test` tries what is likely to break, `make slow` five times as much, `make explore` ten times."""

from __future__ import annotations

import os

PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "same")
_TIMES = {"same": 1, "full": 5, "explore": 10}


def examples(count: int) -> int:
    """How many examples a property test tries, of which `make test` tries so many."""
    return count * _TIMES[PROFILE]

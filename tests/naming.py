"""Names of test cases that are the same in each worker process: no address of a function, no order of a set."""

from __future__ import annotations

import pprint
import re


def named(case: object) -> str:
    """The name of a case: ``ids=named`` in the place of ``ids=str``."""
    text = case if isinstance(case, str) else pprint.pformat(case, width=10**9, sort_dicts=False)
    return re.sub(r" at 0x[0-9a-f]+", "", text)

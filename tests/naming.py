"""Names of test cases that are the same in each worker process: no address of a function, no order of a set."""

from __future__ import annotations

import pprint
import re


def named(case: object) -> str:
    """The name of a case: ``ids=named`` in the place of ``ids=str``."""
    text = case if isinstance(case, str) else pprint.pformat(_in_order(case), width=10**9, sort_dicts=False)
    return re.sub(r" at 0x[0-9a-f]+", "", text)


def _in_order(case: object) -> object:
    """The case with each set as a sorted list: a set of texts has another order in each process."""
    if isinstance(case, set | frozenset):
        return sorted(case, key=repr)
    if type(case) is dict:
        return {key: _in_order(value) for key, value in case.items()}
    if type(case) in (list, tuple):
        return type(case)(map(_in_order, case))
    return case

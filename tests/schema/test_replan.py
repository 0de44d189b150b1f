from __future__ import annotations

import pickle

from lazyframe.schema import (
    Replan,
)


def test_a_contradiction_crosses_processes():
    there = pickle.loads(pickle.dumps(Replan("abc", ("x", 1))))
    assert (there.token, there.finding) == ("abc", ("x", 1))

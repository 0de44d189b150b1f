"""The compiled loops: when they are there."""

from __future__ import annotations

import numpy as np
import pytest

from lazyframe.csv import scan
from lazyframe.kernels import _native


@pytest.fixture
def engine(monkeypatch):
    def choose(name):
        monkeypatch.setenv("LAZYFRAME_ENGINE", name)
        scan.chosen.cache_clear()
        _native._library.cache_clear()

    yield choose
    monkeypatch.undo()
    scan.chosen.cache_clear()
    _native._library.cache_clear()


def test_an_engine_that_does_not_exist_is_an_error(engine):
    engine("zzz")
    with pytest.raises(ValueError, match="LAZYFRAME_ENGINE='zzz' is no engine"):
        _native.sums(np.zeros(1, np.int64), np.zeros(1), 1)


@pytest.mark.parametrize("name", ["arrow", "pandas"])
def test_other_engines_leave_them_out(engine, name):
    engine(name)
    assert _native.sums(np.zeros(1, np.int64), np.zeros(1), 1) is None

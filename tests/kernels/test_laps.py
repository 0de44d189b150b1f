from __future__ import annotations

import time

import pytest

from lazyframe.kernels.laps import PREDICATE, READING, Laps, Stopwatch, total


def test_a_stopwatch_gives_each_lap_its_time_and_its_rows():
    watch = Stopwatch(3)
    time.sleep(0.02)
    watch.lap(READING, 5)
    watch.lap(2, 3)
    time.sleep(0.01)
    watch.lap(READING, 4)
    laps = watch.stop(0.005, 100)
    assert laps.rows == (9, 0, 3)
    assert laps.read == 100
    assert laps.seconds[READING] >= 0.03 > laps.seconds[2]
    assert laps.seconds[PREDICATE] == 0.005


def test_laps_of_one_scan_add_up():
    one, other = Laps((1.0, 0.5), (3, 0), 10), Laps((2.0, 0.25), (4, 1), 20)
    assert total([one, None, other]) == one + other == Laps((3.0, 0.75), (7, 1), 30)
    assert total([None]) is None
    assert total([]) is None


def test_laps_of_different_scans_do_not():
    assert total([Laps((1.0,), (3,), 10), Laps((2.0, 0.25), (4, 1), 20)]) is None
    with pytest.raises(ValueError, match="argument"):
        Laps((1.0,), (3,), 10) + Laps((2.0, 0.25), (4, 1), 20)

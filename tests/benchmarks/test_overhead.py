"""The overhead of tasks: that everything is run and measured. How much it is, no test asserts."""

from __future__ import annotations

import pytest

from benchmarks import overhead


def test_all_runners_give_the_same_answer():
    pytest.importorskip("dask")
    keys = [f"t{n}" for n in range(20)]
    for name, call in overhead.runners(overhead.apart(20), keys).items():
        assert list(call()) == list(range(20)), name
    for name, call in overhead.runners(overhead.chain(20), ["t19"]).items():
        assert list(call()) == [0], name
    assert overhead.with_delayed(20) == (list(range(20)),)


def test_what_is_printed(capsys):
    pytest.importorskip("dask")
    overhead.main(["--count", "50", "--times", "1"])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("50 tasks")
    assert [len(line.rsplit("  ")) > 1 for line in lines[2:]] == [True] * 5

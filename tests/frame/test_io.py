"""`read_csv`: where the face meets the files. What is read, and how, is tested in tests/csv."""

from __future__ import annotations

import pandas as pd
import pytest
from oracle import assert_same, sample

import lazyframe as lf


@pytest.fixture
def path(tmp_path):
    frame = sample()[["i", "f", "b", "s", "t"]]
    frame["t"] = frame.t.dt.floor("D")
    frame.head(5).to_csv(tmp_path / "f2.csv", index=False)
    frame.tail(4).to_csv(tmp_path / "f10.csv", index=False)
    frame.to_csv(tmp_path / "whole", index=False)
    return tmp_path


@pytest.mark.parametrize("blocksize", [None, 64, "100B"])
def test_files_are_one_frame(path, blocksize):
    options = {"parse_dates": ["t"]}
    df = lf.read_csv(str(path / "*.csv"), blocksize=blocksize, **options)
    frame = pd.read_csv(path / "whole", low_memory=False, **options)
    assert_same(df.compute(scheduler="sync"), frame)
    assert_same(df[df.i > 1].groupby("b").f.sum().compute(), frame[frame.i > 1].groupby("b").f.sum())
    assert_same(df.t.max().compute(scheduler="sync"), frame.t.max())


def test_blocks_are_partitions(path):
    assert lf.read_csv(path / "whole", blocksize=64).npartitions > 2
    assert lf.read_csv(path / "whole").npartitions == 1


def test_mistakes_are_raised_when_the_file_is_opened(path):
    with pytest.raises(FileNotFoundError):
        lf.read_csv(path / "none*.csv")
    with pytest.raises(TypeError, match="seperator"):
        lf.read_csv(path / "whole", seperator=";")

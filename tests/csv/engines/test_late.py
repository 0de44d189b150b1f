"""Late materialisation: the rows that pass are what they are when every column is made at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from effort import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lazyframe.csv import CSVError, CSVSource
from lazyframe.csv.engines import _native, late
from lazyframe.csv.engines.late import Late
from lazyframe.csv.engines.layout import Layout, Rejected
from lazyframe.csv.options.dialect import Dialect
from lazyframe.csv.scan import ranges
from lazyframe.native import library
from lazyframe.native.scan import gathered
from lazyframe.schema import ROW, dtype_named

pytestmark = pytest.mark.skipif(not library.is_available(), reason="the core was not built")
LEVELS = library.instruction_sets()


class Above:
    columns = ("n",)

    def __init__(self, least: int) -> None:
        self.least = least

    def __call__(self, batch: pa.RecordBatch) -> Any:
        assert "n" in batch.schema.names
        return batch.column(batch.schema.names.index("n")).to_numpy() >= self.least


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Small chunks, and late columns in every chunk but the first of a partition; how many rows each chunk gave late."""
    monkeypatch.setenv("LAZYFRAME_ENGINE", "native")
    library.engine.cache_clear()
    monkeypatch.setattr(late, "_FEW", 2)
    monkeypatch.setattr(ranges, "CHUNK", 64)
    monkeypatch.setattr(_native, "_TOGETHER", 1)
    rows: list[int] = []
    make = Late.make

    def counted(self: Late, text: Any, parsed: Any, mask: np.ndarray) -> Any:
        rows.append(int(mask.sum()))
        return make(self, text, parsed, mask)

    monkeypatch.setattr(Late, "make", counted)
    yield rows
    library.engine.cache_clear()


TEXTS = ["a", "bc", "", "NA", '"x,y"', '"d""q"', '"n\nl"', '""', '"é"', "日本", "a text of several words", '"NA"']


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=examples(25), deadline=None)
@given(
    records=st.lists(
        st.tuples(st.sampled_from(TEXTS), st.integers(0, 9), st.sampled_from(TEXTS), st.sampled_from(["", "1.5", "x"])),
        min_size=1,
        max_size=40,
    ),
    end=st.sampled_from(["\n", "\r\n", "\n\n"]),
    least=st.integers(0, 10),
    blocksize=st.sampled_from([40, 10_000]),
    whole=st.booleans(),
)
def test_late_columns_are_those_of_pandas(
    records: list[Any],
    end: str,
    least: int,
    blocksize: int,
    whole: bool,
    always: list[int],
    driver: Any,
    write: Callable[..., str],
    oracle: Any,
) -> None:
    text = "s,n,t,o" + end + end.join(f"{s},{n},{t},{o}" for s, n, t, o in records) + ("" if whole else end)
    path = write(text)
    frame = oracle(text, dtype={"o": object, "s": "str", "t": "str"})
    expected = frame[frame["n"] >= least]
    got = driver.read(path, predicate=Above(least), blocksize=blocksize, dtype={"o": object, "s": "str", "t": "str"})
    pd.testing.assert_frame_equal(got, expected, check_exact=True, check_index_type=False)
    got = driver.read(path, ("t",), Above(least), blocksize=blocksize, dtype={"t": "str"})
    pd.testing.assert_frame_equal(got, expected[["t"]], check_exact=True, check_index_type=False)


def test_few_rows_make_it_worthwhile(always: list[int], monkeypatch: pytest.MonkeyPatch, write: Callable[..., str]) -> None:
    monkeypatch.setattr(late, "_FEW", 1 / 8)
    lines = ["few,1"] * 100 + ["many,9"] * 200 + ["few,1"] * 100
    source = CSVSource.open(write("s,n\n" + "\n".join(lines) + "\n"))
    batches = list(source.read(source.partitions[0], ("s", "n", ROW), Above(5)))
    assert sum(batch.num_rows for batch in batches) == 200
    assert {text for batch in batches for text in batch.column(0).to_pylist()} == {"many"}
    assert always[0] == 0  # the chunk after the first one, of which no row had passed
    assert 10 < len(always) < 25  # of about 40 chunks, half of which have few
    assert sum(always) < 20  # many passed, and the next chunk was made at once


def test_what_is_left_out_must_be_text_all_the_same(always: list[int], write: Callable[..., str]) -> None:
    path = write(b"s,n\n" + b"fine,1\n" * 90 + b"b\xffd,1\n" + b"fine,1\n" * 50)
    source = CSVSource.open(path, dtype={"s": "str", "n": int}, sample=16)
    with pytest.raises(CSVError, match=r"a\.csv:92"):
        list(source.read(source.partitions[0], ("s",), Above(5)))
    assert len(always) > 2


def checked(level: str, text: bytes, places: frozenset[int]) -> Any:
    names = ("a", "b", "c")
    layout = Layout(
        Dialect(), names, tuple((n, p, dtype_named("int64" if n == "b" else "str")) for p, n in enumerate(names)), (None,) * 3
    )
    return _native.Parser(layout, instruction_set=level, checked=places).parse(text)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("filler", [0, 1, 40, 63, 64, 5000])
@pytest.mark.parametrize("bad", [b"\xff", b"\0", b"\xc3", b"\xed\xa0\x80", b'"\xff""q"'])
@pytest.mark.parametrize("line", [b"%s,1,x\n", b"x,1,%s\n", b"%s,1,x\r\n", b"x,1,%s\r\n"])
def test_the_core_checks_what_it_does_not_make(level: str, filler: int, bad: bytes, line: bytes) -> None:
    before, behind = line % (b"y" * filler), (b"z,3,%s\n" % (b"w" * filler))
    good = checked(level, before + line % "é".encode() + behind, frozenset({0, 2}))
    assert (good.arrays[0], good.arrays[1].to_pylist(), good.arrays[2]) == (None, [1, 1, 3], None)
    assert good.starts.tolist() == [0, len(before), len(before + line % "é".encode())]
    for place in (0, 1, 2):
        lines = [before, before, before]
        lines[place] = line % bad
        with pytest.raises(Rejected):
            checked(level, b"".join(lines), frozenset({0, 2}))


@pytest.mark.parametrize("level", LEVELS)
def test_records_are_gathered(level: str) -> None:
    text = b'x,1,y\n\n"n\nl",2,z\r\n\r\nlast,3,'
    parsed = checked(level, text, frozenset({0}))
    for mask, records in [
        ([True, False, True], b"x,1,y\n\r\nlast,3,"),
        ([False, True, False], b'\n"n\nl",2,z\r\n'),
        ([False, False, False], b""),
    ]:
        with gathered(text, parsed.starts, parsed.consumed, np.array(mask)) as passing:
            assert bytes(passing) == records

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest
from effort import examples
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lazyframe.csv.engines.layout import Layout
from lazyframe.csv.options.dialect import Dialect
from lazyframe.csv.sniff import table
from lazyframe.csv.sniff.table import SampleTable, cut
from lazyframe.csv.types import infer
from lazyframe.csv.types.infer import TextKinds
from lazyframe.schema import dtype_named


def layout(width: int, dialect: Dialect | None = None) -> Layout:
    names = tuple(f"c{place}" for place in range(width))
    wanted = tuple((name, place, dtype_named("object")) for place, name in enumerate(names))
    return Layout(dialect or Dialect(), names, wanted, (TextKinds.NOTHING,) * width)


def of_pandas(text: bytes, width: int, **options: object) -> list[tuple[str, ...]] | None:
    """The fields of a table as pandas reads them; None where it refuses to."""
    header = ",".join(map(str, range(width))).encode() + b"\n"
    try:
        read = pd.read_csv(io.BytesIO(header + text), dtype=str, na_filter=False, index_col=False, engine="c", **options)
    except (pd.errors.ParserError, UnicodeDecodeError):
        return None
    return [tuple(read[name]) for name in read.columns]


@settings(max_examples=examples(100), deadline=None)
@given(st.text('1a,"\n \t\r', max_size=24), st.integers(1, 3))
@example('1,"a,b"\n\n2\n', 2)
@example('"a""b",1\n', 2)
@example('"a"b,1\n', 2)
@example('a"b,1\n', 2)
@example('"\n', 1)
@example('""\n', 1)
@example(",\n,", 2)
@example("\t\n1", 1)
@example("1,2,3\n", 2)
@example("1,2\n1,2,3\n", 2)
@example('"1\r\n2",a\r\n', 2)
def test_fields_are_those_of_pandas(text: str, width: int) -> None:
    found = cut(text.encode(), b",", width)
    if found is not None:
        assert [tuple(column) for column in found] == of_pandas(text.encode(), width)


def test_what_pandas_has_to_judge_is_not_cut() -> None:
    for text in (b"1,2\r3,4\n", b"1,\0\n", b" 1,2\n", b"1,\xff\n", b'1,"2\n', b"1,2,3\n"):
        assert cut(text, b",", 2) is None, text
    assert cut(b"1,2,3\n4\n", b",", 2, check_fields=False) == [("1", "4"), ("2", "")]
    assert cut(b"1 2\n", b" ", 2) is None


CELLS = [
    "1",
    "-2",
    "1.5",
    "",
    "NA",
    "True",
    "abc",
    "2024-01-31",
    " 7",
    "1_000",
    "1e3",
    "99999999999999999999",
    "-0",
    "inf",
    '"x,y"',
    "-999",
]


@settings(max_examples=examples(37), deadline=None)
@given(
    st.integers(1, 4).flatmap(
        lambda width: st.lists(st.lists(st.sampled_from(CELLS), min_size=width, max_size=width), max_size=6)
    ),
    st.booleans(),
    st.sampled_from([None, [-999], {"c0": [1, "abc"]}]),
)
def test_kinds_do_not_depend_on_who_cuts(rows: list[list[str]], first: bool, na_values: object) -> None:
    width = len(rows[0]) if rows else 2
    text = "".join(",".join(row) + "\n" for row in rows).encode()
    dialect = Dialect.of(na_values=na_values)
    by_core, here, there = (SampleTable(text, layout(width, dialect)) for _ in range(3))
    here._core = there._core = None  # type: ignore[misc]
    there._fields = None  # type: ignore[misc]
    expected = there.kinds({}, first)
    for found in (by_core.kinds({}, first), here.kinds({}, first)):
        assert found.keys() == expected.keys()
        for name in found:
            assert infer.state_or_none(found[name]) == infer.state_or_none(expected[name]), (found[name], expected[name])


def test_texts_of_odd_text_are_those_of_pandas() -> None:
    text = b"1,x\r2,NA\r3,\r"
    read = SampleTable(text, layout(2))
    assert cut(text, b",", 2) is None
    arrays = read.arrays(["c1", "c9", "c0"])
    assert arrays is not None
    assert [array.to_pylist() for array in arrays] == [["x", None, None], [None] * 3, ["1", "2", "3"]]
    assert read.bare("c1") == ["x", "NA", ""]
    assert read.bare("c9") is None


def test_a_piece_that_is_no_table_tells_nothing() -> None:
    assert SampleTable(b"1,2\n1,2,3\n", layout(2)).kinds({}, True) == {}
    unclosed = SampleTable(b'1,2\n1,"2\n', layout(2))
    assert unclosed.kinds({}, True) == {}
    assert unclosed.arrays(["c0"]) is None
    assert unclosed.bare("c0") is None


def test_pandas_is_asked_about_many_columns_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """As often as there are halves to look at, whatever the number of columns."""
    calls = []
    real = pd.read_csv
    monkeypatch.setattr(pd, "read_csv", lambda *args, **named: calls.append(1) or real(*args, **named))
    counts = []
    for width in (10, 1000):
        calls.clear()
        odd = [["1_000", "x", "True"], [" nan", "1.5", "99999999999999999999"]]
        text = "\n".join(",".join(odd[place % 2][row] for place in range(width)) for row in range(3))
        found = SampleTable(text.encode(), layout(width)).kinds({}, True)
        assert len(found) == width
        counts.append(len(calls))
    assert counts[0] == counts[1] < 10


@pytest.mark.parametrize("by_core", [True, False])
def test_distinct_texts_are_counted(by_core: bool) -> None:
    text = "".join(f"{number},x\n" for number in range(300)).encode()
    read = SampleTable(text, layout(2))
    if not by_core:
        read._core = None  # type: ignore[misc]
    assert read.various(["c0", "c1"]) == {"c0"}
    assert SampleTable(text[:200], layout(2)).various(["c0", "c1"]) == set()


def test_arrays_are_those_of_each_column() -> None:
    frame = pd.DataFrame({"a": [1, 2], "b": [1.5, np.nan], "c": ["x", "y"], "d": [3, 4]})
    assert [array.tolist() for array in table._arrays(frame)] == [
        [1, 2],
        [1.5, pytest.approx(np.nan, nan_ok=True)],
        ["x", "y"],
        [3, 4],
    ]


GIVEN_TEXTS = st.sampled_from(["1", "-2", "2.5", "1e3", "", "NA", "True", "x", "9" * 25, "1_0", " 3 ", "inf", "300", "-0"])


@given(
    rows=st.lists(st.lists(GIVEN_TEXTS, min_size=2, max_size=2), min_size=1, max_size=5),
    dtype=st.sampled_from(["float64", "float32", "int64", "int8", "uint8", "bool", "str"]),
)
def test_a_table_that_holds_a_dtype_is_read_so_by_pandas(rows: list[list[str]], dtype: str) -> None:
    text = "".join(",".join(row) + "\n" for row in rows)
    found = SampleTable(text.encode(), layout(2)).holds({0: dtype_named(dtype), 1: dtype_named(dtype)})
    if found:
        read = pd.read_csv(io.StringIO(text), header=None, dtype=dtype, skip_blank_lines=False)
        assert list(map(str, read.dtypes)) == [dtype, dtype]


def test_which_given_dtypes_need_no_reading() -> None:
    text = SampleTable(b"1,2.5,\n-3,1.5e3,x\n", layout(3))
    assert text.holds({0: dtype_named("int64"), 1: dtype_named("float32"), 2: dtype_named("str")})
    assert not text.holds({0: dtype_named("int8")})  # which may be too small
    assert not text.holds({1: dtype_named("int64")})
    assert not text.holds({2: dtype_named("float64")})

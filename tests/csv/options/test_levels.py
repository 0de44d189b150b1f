"""``header=[0, 1]`` beside pandas: over arguments, engines, block sizes and files."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from effort import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from naming import named

import lazyframe as lf
from lazyframe.csv import CSVError
from lazyframe.csv.options.levels import has_titles

Write = Callable[..., str]

PLAIN = "g,g,h\nx,y,x\n1,2,3\n4,,6\n"
TITLED = "g,g,h\nx,y,x\ni,,\n1,2,3\n4,,6\n"
DATED = "g,h\nx,y\n2020-01-01,1\n2020-01-02,3\n"
LINES = "a,b\ng,h\nz,z\nx,y\n1,2\n"


def mark(text: str) -> str:
    return text + "!"


ASKED: list[tuple[str, dict[str, Any]]] = [
    (PLAIN, {}),
    (PLAIN, {"header": [0]}),
    (PLAIN, {"usecols": []}),
    *((text, {"index_col": index_col}) for text in (PLAIN, TITLED) for index_col in (0, 1, [0], [0, 1], [1, 0], [0, 1, 2])),
    *((text, {"index_col": 0}) for text in ("g,g,h\nx,y,x\n,,\n1,2,3\n", "g,h\nx,y\ni,\n", "g,h\nx,y\n", "g,h\nx,y\ni\n1,2\n")),
    *(
        (text, {})
        for text in (
            TITLED,
            "g,h\nx,y\n",
            "g,g\nx,x\n1,2\n",
            ",g,\n,x,y\n1,2,3\n",
            "g,h\n\nx,y\n\n1,2\n",
            "\ufeffg,h\nx,y\n1,2\n",
        )
    ),
    *(
        (text, {})
        for text in ('"a,b",c\n"x\ny",d\n1,2\n', "g,h\nx,y\n1,2,3\n4,5,6\n", "g,g,h\nx,y\n1,2,3\n", "g,h\n", "", "g\nx\n1\n")
    ),
    *((LINES, {"header": header}) for header in ([1, 3], [1, 2], [0, 1, 2], [0, 2], [0, 0], [0, 1, 2, 3], [0, 5])),
    (",g,g\n,x,y\n1,2,3\n", {"index_col": 0}),
    (PLAIN, {"dtype": {("g", "x"): float}}),
    (PLAIN, {"dtype": {0: float}}),
    (PLAIN, {"dtype": str}),
    (PLAIN, {"dtype": float, "index_col": 0}),
    (PLAIN, {"dtype": {0: str}, "index_col": 0}),
    (TITLED, {"dtype": {"i": float}, "index_col": 0}),
    (PLAIN, {"dtype_backend": "pyarrow"}),
    (PLAIN, {"converters": {("g", "x"): mark}}),
    (PLAIN, {"converters": {2: mark}}),
    (PLAIN, {"na_values": {("g", "x"): ["4"], "g": ["1"]}}),
    (PLAIN, {"na_values": ["4"]}),
    (PLAIN, {"nrows": 0}),
    (PLAIN, {"nrows": 0, "index_col": 0}),
    (PLAIN, {"nrows": 1}),
    (PLAIN, {"skiprows": [2]}),
    (PLAIN, {"skiprows": 1}),
    *((DATED, {"parse_dates": dates}) for dates in ([("g", "x")], [0])),
    (DATED, {"parse_dates": [0], "date_format": {("g", "x"): "%Y-%d-%m"}}),
    *((DATED, {"parse_dates": dates, "index_col": 0}) for dates in (True, [0])),
    ("g,h\nx,y\n1,1\n5,6,7\n2,3\n", {"on_bad_lines": "skip", "skiprows": [2]}),
    *(
        (TITLED, {"index_col": 0, **how})
        for how in ({"comment": "#"}, {"sep": "[,]", "engine": "python"}, {"encoding": "latin-1"})
    ),
    (PLAIN + "foot\n", {"skipfooter": 1, "engine": "python"}),
]


@pytest.mark.parametrize(("text", "arguments"), ASKED, ids=named)
def test_as_pandas(text: str, arguments: dict[str, Any], write: Write) -> None:
    arguments = {"header": [0, 1], **arguments}
    whole = {} if "engine" in arguments else {"low_memory": False}
    try:
        want: Any = pd.read_csv(io.StringIO(text), **whole, **arguments)
    except ValueError as error:
        want = error
    for blocksize in (1, None):
        if isinstance(want, ValueError):
            with pytest.raises(type(want)):
                lf.read_csv(write(text), blocksize=blocksize, **arguments).compute(scheduler="sync")
        else:
            got = lf.read_csv(write(text), blocksize=blocksize, **arguments).compute(scheduler="sync")
            pd.testing.assert_frame_equal(got, want)


names = st.sampled_from(["g", "h", "", "x", "g,h"])
fields = st.sampled_from(["1", "", "x", "2.5", '"a\nb"'])


@settings(max_examples=examples(10), suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    data=st.data(),
    levels=st.integers(2, 3),
    width=st.integers(2, 4),
    count=st.integers(1, 4),
    blocksize=st.sampled_from([1, 20, None]),
)
def test_any_names_and_records(data: Any, levels: int, width: int, count: int, blocksize: int | None, tmp_path: Path) -> None:
    header = [data.draw(st.lists(names, min_size=width, max_size=width)) for _ in range(levels)]
    rows = [data.draw(st.lists(fields, min_size=width, max_size=width)) for _ in range(count)]
    index_col = data.draw(st.sampled_from([None, 0, [0], [1, 0]]))
    quoted = [[f'"{name}"' for name in line] for line in header]
    text = "".join(",".join(line) + "\n" for line in [*quoted, *rows])
    arguments: dict[str, Any] = {"header": list(range(levels)), "index_col": index_col}
    path = tmp_path / "a.csv"
    path.write_text(text)
    want = pd.read_csv(path, low_memory=False, **arguments)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        got = lf.read_csv(path, blocksize=blocksize, **arguments).compute(scheduler="sync")
    pd.testing.assert_frame_equal(got, want)


def test_a_folder_is_matched_by_all_levels(write: Write, tmp_path: Path) -> None:
    texts = [TITLED, "g,h,g\nx,x,x2\nj,,\n7,8,9\n", "g,g,h\nx,y,x\n", TITLED.replace("i,,\n", ",,\n")]
    for number, text in enumerate(texts):
        write(text, f"f{number}.csv")
    parts = [pd.read_csv(io.StringIO(text), header=[0, 1], index_col=0) for text in texts if text.count("\n") > 2]
    want = pd.concat(parts)
    want.index.name = "i"  # that of the first file
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        df = lf.read_csv(str(tmp_path / "f*.csv"), header=[0, 1], index_col=0)
    for scheduler in ("sync", "processes"):
        pd.testing.assert_frame_equal(df.compute(scheduler=scheduler), want)
    assert df[[("g", "y")]].columns.names == ["g", "x"]
    with_paths = lf.read_csv(write(PLAIN), header=[0, 1], include_path_column=True)
    assert with_paths.columns[-1] == ("path", "")
    assert with_paths["path"].compute(scheduler="sync").tolist() == [write(PLAIN)] * 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"header": [1, 0]}, r"header=\[1, 0\]: pass the lines in their order, header=\[0, 1\]"),
        ({"header": [-1, 0]}, "cannot specify multi-index header with negative integers"),
        ({"header": ["a"]}, "header must be integer or list of integers"),
        ({"header": []}, "header must be integer or list of integers"),
        ({"usecols": [0]}, r"cannot specify usecols when specifying a multi-index header\. Choose"),
        ({"names": ["a"]}, r"cannot specify names when specifying a multi-index header\. Set df.columns"),
        ({"index_col": "g"}, "index_col must only contain integers"),
        ({"index_col": False}, "index_col must only contain integers"),
        ({"index_col": -1}, "-1 is no position of a column; they are 0 to 2"),
        ({"index_col": [0, 0]}, "the same column stands there twice"),
    ],
)
def test_mistakes(arguments: dict[str, Any], message: str, write: Write) -> None:
    with pytest.raises(ValueError, match=message):
        lf.read_csv(write(PLAIN), **{"header": [0, 1], **arguments})


def test_errors_name_a_column_as_it_is_written_in_python(write: Write) -> None:
    with pytest.raises(CSVError, match=r"a\.csv:4 \(record 2\), column .*'x4' is not int64.*pass dtype=\{\('h', 'y'\): 'str'\}"):
        lf.read_csv(write("g,h\nx,y\n1,2\n3,x4\n"), header=[0, 1], dtype={("h", "y"): "int64"}).compute()
    for how in ({}, {"comment": "#"}):
        with pytest.raises(CSVError, match=r"a\.csv:5 \(record 2\): 3 fields, expected 2"):
            lf.read_csv(write("g,h\nx,y\ni,\n1,2\n3,4,5\n"), header=[0, 1], index_col=0, **how).compute()
    with pytest.raises(CSVError, match=r"index_col= goes with as many fields as the header has"):
        lf.read_csv(write("g,h\nx,y\n1,2,3\n"), header=[0, 1], index_col=0)


def test_the_line_of_titles() -> None:
    assert has_titles([b"i", b"", b""], 0)
    assert not has_titles([b"i", b"", b""], None)
    assert not has_titles([b"i", b"j", b""], [0])
    assert has_titles([b"", b""], 0)

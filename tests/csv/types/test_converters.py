"""Columns that a function of the user's makes, beside pandas, cut anywhere and by every engine."""

from __future__ import annotations

import datetime
import io
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from effort import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import lazyframe as lf
from lazyframe.csv import CSVError
from lazyframe.csv.errors import DtypePromotionWarning
from lazyframe.csv.options.dialect import Missing
from lazyframe.csv.types.converters import Converter, asked, state_or_none
from lazyframe.csv.types.infer import TextKinds

Write = Callable[..., str]

NOW = datetime.datetime(2024, 1, 1, 12)


def giving(**values: Any) -> Callable[[str], Any]:
    return values.__getitem__


def of_pandas(text: str, arguments: dict[str, Any]) -> pd.DataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pd.read_csv(io.StringIO(text), low_memory=False, **arguments)


SORTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "text": ({"p": "P", "q": "Q"}, {}),
    "text that looks like numbers": ({"p": "1", "q": "2"}, {}),
    "text, missing": ({"p": "P", "q": None}, {}),
    "text, not a number": ({"p": float("nan"), "q": "Q"}, {}),
    "text that means missing": ({"p": "NA", "q": "Q"}, {}),
    "text that does not mean missing": ({"p": "NA", "q": "Q"}, {"keep_default_na": False}),
    "nothing but text that means missing": ({"p": "NA", "q": ""}, {}),
    "text without a filter": ({"p": "NA", "q": ""}, {"na_filter": False}),
    "integers": ({"p": 1, "q": -2}, {}),
    "integers, missing": ({"p": 1, "q": None}, {}),
    "integers and floats": ({"p": 1, "q": 2.5}, {}),
    "integers named missing": ({"p": 1, "q": 5}, {"na_values": [5]}),
    "integers, text that means missing": ({"p": 1, "q": "NA"}, {}),
    "large integers": ({"p": 2**63, "q": 1}, {}),
    "large integers, missing": ({"p": 2**63, "q": None}, {}),
    "large integers and floats": ({"p": 2**53 + 1, "q": 0.5}, {}),
    "numbers of numpy": ({"p": np.int64(1), "q": np.int64(2)}, {}),
    "floats": ({"p": 1.5, "q": -0.0}, {}),
    "floats, missing": ({"p": np.float64(1.5), "q": float("nan")}, {}),
    "infinite": ({"p": float("inf"), "q": 1}, {}),
    "truth values": ({"p": True, "q": np.bool_(False)}, {}),
    "truth values, missing": ({"p": True, "q": float("nan")}, {}),
    "dates": ({"p": NOW, "q": pd.Timestamp("2024-01-02")}, {}),
    "dates, missing": ({"p": NOW, "q": None}, {}),
    "dates, not a time": ({"p": NOW, "q": pd.NaT}, {}),
    "a dtype besides": ({"p": 1, "q": 2}, {"dtype": {"a": "str", "b": "float64"}}),
    "an index": ({"p": 1, "q": 3}, {"index_col": "a"}),
    "an index of text": ({"p": "1", "q": "007"}, {"index_col": "a"}),
}


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("rows", ["pq", "ppqp", "q"])
def test_the_dtype_is_that_of_all_values(sort: str, rows: str, engine: str, write: Write) -> None:
    values, more = SORTS[sort]
    if rows == "q" and values["q"] in (None, pd.NaT):
        pytest.skip("of nothing but None pandas makes objects")
    text = "b,a\n" + "".join(f"{number},{letter}\n" for number, letter in enumerate(rows))
    arguments = {"converters": {"a": values.__getitem__}, **more}
    expected, path = of_pandas(text, arguments), write(text)
    for blocksize in (1, None) if engine == "native" else (1,):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            got = lf.read_csv(path, blocksize=blocksize, **arguments).compute(scheduler="sync")
        pd.testing.assert_frame_equal(got, expected, check_exact=True)


VALUES = st.one_of(st.integers(-3, 3), st.floats(allow_nan=False, width=16), st.text("aN", max_size=2), st.booleans())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=examples(20), deadline=None)
@given(
    values=st.dictionaries(st.sampled_from(["p", "q", "r", "NA", ""]), VALUES, min_size=5, max_size=5),
    rows=st.lists(st.sampled_from(["p", "q", "r", "NA", ""]), min_size=1, max_size=6),
    blocksize=st.sampled_from([1, 5, None]),
)
def test_any_function(values: dict[str, Any], rows: list[str], blocksize: int | None, engine: str, write: Write) -> None:
    text = "a,b\n" + "".join(f"{word},1\n" for word in rows)
    arguments = {"converters": {"a": values.__getitem__}}
    expected = of_pandas(text, arguments)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            got = lf.read_csv(write(text), blocksize=blocksize, **arguments).compute(scheduler="sync")
        except CSVError as error:
            if "Return values of one kind" in str(error) and str(expected.dtypes["a"]) == "object":
                return
            raise
    pd.testing.assert_frame_equal(got, expected, check_exact=True)


def test_it_sees_the_text_of_the_field(engine: str, write: Write) -> None:
    text = 'a,b\n NA,1\n"x, ""y""",2\n,3\n"p\nq",4\n'
    seen: set[str] = set()
    df = lf.read_csv(write(text), converters={"a": lambda field: seen.add(field) or len(field)})
    assert df.compute(scheduler="sync")["a"].tolist() == [3, 6, 0, 3]
    assert seen == {" NA", 'x, "y"', "", "p\nq"}


def test_positions_count_the_columns_of_the_file(write: Write) -> None:
    path, text = write("a,b\n1,1\n2,3\n"), "a,b\n1,1\n2,3\n"
    listed: list[dict[str, Any]] = [
        {"converters": {1: len}, "usecols": ["b"]},
        {"converters": {0: len}, "usecols": ["b"]},
        {"converters": {5: len, "z": len}},
        {"converters": {}},
        {"converters": {0: str, "a": float}},
    ]
    for arguments in listed:
        pd.testing.assert_frame_equal(lf.read_csv(path, **arguments).compute(scheduler="sync"), of_pandas(text, arguments))


def test_with_an_index_of_fields_without_names(write: Write) -> None:
    text = "a,b\nr,1,2\ns,3,4\n"
    for converters in ({"a": len}, {0: str.upper}, {1: float}):
        got = lf.read_csv(write(text), converters=converters, blocksize=1).compute(scheduler="sync")
        pd.testing.assert_frame_equal(got, of_pandas(text, {"converters": converters}))


def test_an_error_of_the_function_is_the_users_own_with_its_place(write: Write) -> None:
    path = write("a,b\n" + "1,2\n" * 3000 + 'x,"3\n4"\n')
    for scheduler in ("sync", "threads", "processes"):
        df = lf.read_csv(path, converters={"a": lambda text: int(text)}, sample=100, blocksize=5000)
        with pytest.raises(ValueError, match="invalid literal for int") as raised:
            df.a.sum().compute(scheduler=scheduler)
        notes = " ".join(raised.value.__notes__)
        assert "was called for" in notes
        assert "a.csv:3002 (record 3001), column a, with 'x'" in notes
    with pytest.raises(ZeroDivisionError):
        lf.read_csv(path, converters={"a": lambda text: 1 / 0})


def test_a_partition_that_began_in_quotes_is_not_blamed(write: Write) -> None:
    text = "a,b\n" + '1,"\nx,2\n"\n' * 50
    df = lf.read_csv(write(text), converters={"a": int}, blocksize=7)
    pd.testing.assert_frame_equal(df.compute(scheduler="sync"), of_pandas(text, {"converters": {"a": int}}))


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (giving(p="x", q=1), r"a\.csv:3 \(record 2\), column a: .* gives for 'q' a number, and for others text: pandas keeps"),
        (giving(p=1, q=True), r"gives for 'q' a truth value, and for others a number"),
        (giving(p=1, q=2**64), r"gives for 'q' a whole number that does not fit 64 bits"),
        (giving(p=2**63, q=-1), r"gives for 'q' a whole number that does not fit 64 bits with the others"),
        (giving(p=1, q=[1]), r"gives for 'q' '\[1\]', which is of type list: .* It may return int"),
        (giving(p=1, q=np.int8(1)), r"of type int8"),
        (giving(p=NOW, q=NOW.replace(tzinfo=datetime.UTC)), r"of type datetime"),
    ],
)
def test_values_of_which_there_is_no_column(function: Any, message: str, engine: str, write: Write) -> None:
    path = write("a,b\np,1\nq,2\n")
    for blocksize in (1, None):
        with pytest.raises(CSVError, match=message):
            lf.read_csv(path, converters={"a": function}, blocksize=blocksize).compute(scheduler="sync")


def test_a_kind_that_was_not_foreseen_is_told_of_once(write: Write) -> None:
    path = write("a,b\n" + "1,2\n" * 3000 + ",3\n" + "1,2\n" * 3000 + ",3\n")
    converters = {"a": lambda text: int(text) if text else None}
    df = lf.read_csv(path, converters=converters, sample=100)
    assert str(df.a.dtype) == "int64"
    with pytest.warns(DtypePromotionWarning, match=r"a\.csv:3002: '' in column a is not int64: .* read as float64") as told:
        assert df.a.sum().compute(scheduler="sync") == 6000
    assert len(told) == 1
    with pytest.raises(CSVError, match=r"forbids to read it as float64\. Let the function in converters= return"):
        lf.read_csv(path, converters=converters, sample=100, on_dtype_change="error").a.sum().compute(scheduler="sync")


def test_the_sample_foretells_late_kinds(write: Write) -> None:
    path = write("a,b\n" + "1,2\n" * 3000 + "1.5,3\n")
    df = lf.read_csv(path, converters={"a": lambda text: float(text) if "." in text else int(text)}, blocksize=5000)
    assert str(df.a.dtype) == "float64"


def test_a_file_without_the_column_has_missing_values(write: Write, tmp_path: Path) -> None:
    write("a,b\n1,2\n", "f0.csv")
    write("b\n3\n", "f1.csv")
    with pytest.warns(lf.csv.errors.SchemaDriftWarning):
        df = lf.read_csv(tmp_path / "f*.csv", converters={"a": int})
    assert df.compute(scheduler="sync").to_csv(index=False, lineterminator="\n") == "a,b\n1.0,2\n,3\n"


def test_rewritten_text(write: Write) -> None:
    text = "a|b\n'x|y'|1 # one\nNA|2\n"
    arguments = {"sep": "|", "quotechar": "'", "comment": "#", "converters": {"a": str.upper}}
    got = lf.read_csv(write(text), **arguments).compute(scheduler="sync")
    pd.testing.assert_frame_equal(got, of_pandas(text, arguments))


def test_queries_and_schedulers(write: Write) -> None:
    text = "when,amount\n" + "".join(f"{number % 4}.1.2024,{number} EUR\n" for number in range(1, 90) if number % 4)
    arguments = {
        "converters": {
            "when": lambda text: datetime.datetime(2024, 1, int(text.split(".")[0])),
            "amount": lambda text: float(text.removesuffix(" EUR")),
        }
    }
    df, frame = lf.read_csv(write(text), blocksize=100, **arguments), of_pandas(text, arguments)
    for scheduler in ("sync", "threads", "processes"):
        got = df[df.amount > 10].groupby("when").amount.sum().compute(scheduler=scheduler)
        pd.testing.assert_series_equal(got, frame[frame.amount > 10].groupby("when").amount.sum())
    assert len(df) == len(frame)


def test_a_function_that_cannot_be_sent_to_processes(write: Write) -> None:
    lock = threading.Lock()

    def guarded(text: str) -> int:
        with lock:
            return int(text)

    df = lf.read_csv(write("a,b\n" + "1,2\n" * 30), converters={"a": guarded}, blocksize=20)
    assert df.a.sum().compute(scheduler="threads") == 30
    with pytest.raises((TypeError, ValueError), match="lock"):
        df.a.sum().compute(scheduler="processes")


def test_a_dtype_besides_is_told_of(write: Write) -> None:
    with pytest.warns(pd.errors.ParserWarning, match="converters and dtype both name a: as in pandas, only the function is used"):
        lf.read_csv(write("a,b\n1,2\n"), converters={"a": int}, dtype={"a": "str"})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"converters": [int]}, r"converters=\[<class 'int'>\]: pass a dict"),
        ({"converters": {"a": "int"}}, r"converters\['a'\] is 'int', which is no function\. For a dtype pass dtype="),
        (
            {"converters": {"a": str}, "dtype": object},
            r"converters and dtype=object both name 'a': pandas keeps",
        ),
        ({"converters": {"a": str}, "parse_dates": ["a"]}, r"converters and parse_dates both name column 'a'"),
    ],
)
def test_mistakes(arguments: dict[str, Any], message: str, write: Write) -> None:
    with pytest.raises(TypeError, match=message):
        lf.read_csv(write("a,b\n1,2\n"), **arguments)


def test_two_functions_are_never_taken_for_the_same(write: Write) -> None:
    path = write("a,b\n1,2\n")
    first, second = (lf.read_csv(path, converters={"a": int}) for _ in range(2))
    assert first._plan.token != second._plan.token


def test_by_themselves() -> None:
    missing = Missing.of(None, True)
    assert Converter(int, missing).kinds(["1", "x", "-1"], TextKinds.NOTHING) == TextKinds.INT
    assert list(asked({"a": int}, ["b"], missing)) == []
    assert state_or_none(TextKinds.TEXT | TextKinds.INT) is None

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from lazyframe.csv import CSVError, CSVSource
from lazyframe.csv.errors import DialectWarning, EmptyDataError
from lazyframe.csv.sniff import separators as sniff

Write = Callable[..., str]


def test_each_file_of_a_folder_has_to_agree(driver: Any, write: Write, tmp_path: Any) -> None:
    write("a;b\n1;2\n", "f1.csv")
    write("b;a\n4;3\n", "f2.csv")
    write("", "f3.csv")
    got = driver.read(str(tmp_path / "f*.csv"), sep=None)
    pd.testing.assert_frame_equal(got, pd.DataFrame({"a": [1, 3], "b": [2, 4]}))
    write("a,b\n1,2\n", "f4.csv")
    with pytest.raises(CSVError, match=r"f4\.csv: the separator seems to be ',' here, and is ';' in .*f1\.csv.*sep="):
        CSVSource.open(str(tmp_path / "f*.csv"), sep=None)


def test_a_line_without_separator_is_an_error_that_names_it(write: Write) -> None:
    with pytest.raises(CSVError, match=r"a\.csv: sep=None .* the first line, 'é'.*csv\.Sniffer finds none. Pass it"):
        CSVSource.open(write("é\n1\n"), sep=None)
    with pytest.raises(EmptyDataError, match="sep=None: there is no line"):
        CSVSource.open(write(""), sep=None)


def test_a_letter_as_separator_is_told_of(write: Write) -> None:
    with pytest.warns(DialectWarning, match=r"a\.csv: sep=None finds, as in pandas, that 't' separates"):
        source = CSVSource.open(write("date\n2020\n"), sep=None)
    assert source.names == ("da", "e")


def test_a_first_line_longer_than_what_is_read_first(driver: Any, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sniff, "_HEAD", 2)
    got = driver.read(write("first|second|third\n1|2|3\n"), sep=None)
    assert list(got.columns) == ["first", "second", "third"]


def test_the_other_arguments_are_checked_first(write: Write) -> None:
    with pytest.raises(ValueError, match="skiprows='x': pass how many"):
        CSVSource.open(write("a;b\n1;2\n"), sep=None, skiprows="x")


@pytest.mark.parametrize(
    "text", ["a;b\n1;2\n3;4\n", "\ufeffa;b\n1;2\n", '\ufeff"a";b\n1;2\n', "\ufeff# x\na;b\n1;2\n", "a b\n1 2\n"]
)
@pytest.mark.parametrize("argument", ["sep", "delimiter"])
@pytest.mark.parametrize(
    "arguments",
    [{}, {"header": None}, {"skiprows": 1}, {"encoding": "utf-8-sig"}, {"names": ["x", "y"]}, {"names": ["x", "y"], "header": 0}],
)
def test_none_asks_for_it_and_leaves_a_byte_order_mark(
    text: str, argument: str, arguments: dict[str, Any], engine: str, driver: Any, write: Write
) -> None:
    if argument == "delimiter" and pd.__version__.startswith("3.0."):
        pytest.skip("to this pandas None is the default of delimiter")
    want = pd.read_csv(io.BytesIO(text.encode()), engine="python", **{argument: None, **arguments})
    for blocksize in (1, None) if engine == "native" else (1,):
        got = driver.read(write(text), blocksize=blocksize, **{argument: None, **arguments})
        pd.testing.assert_frame_equal(got, want)

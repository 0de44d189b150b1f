"""Plain CSV made of text that is written otherwise. That it is read as pandas reads the file is tested in test_reading.py."""

from __future__ import annotations

import csv
import gzip
import io
import pickle
from typing import Any

import pandas as pd
import pytest
from naming import named

import lazyframe as lf
from lazyframe.csv import CSVError, CSVSource, DtypePromotionWarning
from lazyframe.csv.options.dialect import Dialect
from lazyframe.csv.text import rewrite
from lazyframe.csv.text.rewrite import Rewriting


def rewritten(text: str | bytes, **arguments: Any) -> str:
    how = Dialect.of(**arguments).rewriting
    assert how is not None
    return how(lambda: io.BytesIO(text.encode() if isinstance(text, str) else text), "a.csv").read().decode()


def test_fields_are_quoted_and_records_lines() -> None:
    assert rewritten("a||b\n1||x\n2\n", sep=r"\|\|") == '"a","b"\n"1","x"\n"2",\n'
    assert rewritten("'a','b'\n1,'x\"y'\n", quotechar="'") == '"a","b"\n"1","x""y"\n'
    assert rewritten("1;2\n", sep=";", comment="#", header=None) == '"1","2"\n'


def test_an_encoding_alone_changes_no_line() -> None:
    assert rewritten("a,b\r\n1,é\n".encode("latin-1"), encoding="latin-1") == "a,b\r\n1,é\n"
    assert rewritten("a,b\n1,é\n".encode("utf-16"), encoding="utf-16") == "a,b\n1,é\n"


@pytest.mark.parametrize(
    "arguments", [{}, {"quoting": csv.QUOTE_ALL}, {"encoding": "UTF8"}, {"skiprows": 2}, {"comment": None}, {"sep": "\t"}]
)
def test_plain_text_is_not_rewritten(arguments: dict[str, Any]) -> None:
    assert Dialect.of(**arguments).rewriting is None


def test_memory_is_bounded_by_a_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rewrite, "_ROWS", 10)
    asked: list[int] = []

    class Watched(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            asked.append(-1 if size is None else size)
            return super().read(size)

    text = b"a;b\n" + b"1;2\n" * 200_000
    for arguments in ({"sep": ";", "comment": "#"}, {"encoding": "latin-1"}):
        how = Dialect.of(**arguments).rewriting
        assert how is not None
        stored = Watched(text)
        first = how(lambda: stored, "a.csv").read(20)  # noqa: B023
        assert len(first) == 20
        assert 0 < stored.tell() < len(text) // 2
    assert all(0 < size <= 2**20 for size in asked)


@pytest.mark.parametrize("footer", [0, 1, 3, 50])
def test_the_last_rows_are_left_out_without_reading_all(footer: int) -> None:
    body = "".join(f"{number},x\n" for number in range(20))
    expected = [f'"{number}","x"' for number in range(max(20 - footer, 0))]
    got = rewritten("a,b\n" + body, skipfooter=footer, comment="#").splitlines()
    assert got == ['"a","b"', *expected]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"quotechar": "ab"}, "1-character"),
        ({"comment": "##"}, "length-1"),
        ({"skipfooter": -1}, "skipfooter"),
        ({"skipfooter": 1, "lineterminator": ";"}, "lineterminator= goes with"),
        ({"encoding": "utf-88"}, r"encoding='utf-88' is not known to Python\. Did you mean 'utf"),
        ({"encoding_errors": "no such"}, "one of 'strict', 'replace'"),
    ],
)
def test_mistakes_are_raised_before_a_file_is_touched(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises((ValueError, TypeError), match=message):
        Dialect.of(**arguments)


def test_errors_in_the_text_name_the_file(write: Any, driver: Any) -> None:
    with pytest.raises(CSVError, match=r"a\.csv:2: the byte 0x81 is no text in cp1252"):
        driver.read(write(b"a,b\n1,\x81\n"), encoding="cp1252")
    with pytest.raises(CSVError, match=r'a\.csv:5 \(record 3\): 3 fields, expected 2: "5,6,7 #". Mend .*on_bad_lines="skip"'):
        driver.read(write("a,b\n1,2\n#\n3,4\n5,6,7 #\n"), comment="#")
    with pytest.raises(CSVError, match=r"a\.csv:4 \(record 2\), column a: 'x' is not int64"):
        driver.read(write("a,b\n#\n1,2\nx,4\n"), comment="#", dtype={"a": int})
    with pytest.raises(CSVError, match=r"a\.csv:2: the byte 0xe9 is no text in utf-8.*encoding='latin-1'"):
        driver.read(write(b"a,b\n1,caf\xe9\n"), comment="#")
    with pytest.raises(CSVError, match=r'a\.csv:4 \(record 2\): a quote is opened and never closed: "3,\'x'):
        driver.read(write("a,b\n#\n1,2\n3,'x\n4,5\n"), comment="#", quotechar="'")
    with pytest.raises(CSVError, match=r"a\.csv:3: the text ends behind '\\\\', the escape character"):
        driver.read(write("a,b\n1,2\n3,x\\"), escapechar="\\")


@pytest.mark.parametrize(
    ("arguments", "packed"),
    [
        ({"comment": "#"}, ""),
        ({"comment": "#"}, ".gz"),
        ({"sep": "[,]"}, ""),
        ({"skipfooter": 1}, ".gz"),
        ({"quotechar": "'"}, ""),
    ],
    ids=named,
)
def test_lines_are_those_of_the_file(arguments: dict[str, Any], packed: str, write: Any, driver: Any) -> None:
    text = "a,b\n\n" + "1,2\n\n" * 15_000 + "3,4,5\n" + "x,3\n" * 50
    path = write(gzip.compress(text.encode()) if packed else text, f"a.csv{packed}")
    with pytest.raises(CSVError, match=r"a\.csv[.gz]*:30003 \(record 15001\): 3 fields, expected 2: \"3,4,5\"") as found:
        driver.read(path, **arguments)
    assert "pandas" not in str(found.value)
    with pytest.warns(DtypePromotionWarning, match=r"a\.csv[.gz]*:30004: 'x' in column a is not int64"):
        got = driver.read(path, on_bad_lines="skip", sample=100, **arguments)
    assert len(got) == 15_050 - arguments.get("skipfooter", 0)


def test_the_whole_file_after_a_bad_line_is_as_pandas_has_it(write: Any, driver: Any, oracle: Any) -> None:
    body = "".join(f'{n},"x\n{n}" # said\n' + ("1,2,3\n" if n % 7 == 3 else "# no\n") for n in range(12_000))
    text = "a,b\n" + body
    want = oracle(text, comment="#", on_bad_lines="skip")
    pd.testing.assert_frame_equal(driver.read(write(text), comment="#", on_bad_lines="skip"), want, check_exact=True)


SHORT = "a,b\n1,x,3\n4,y,6\n7,z,9\n"


@pytest.mark.parametrize("arguments", [{"comment": "#"}, {"sep": "[,]"}, {"skipfooter": 1}, {"quotechar": "'"}], ids=named)
@pytest.mark.parametrize(
    "more",
    [
        *({}, {"index_col": False}, {"index_col": 0}, {"usecols": ["b"]}, {"on_bad_lines": "skip"}),
        {"names": ["p", "q"], "header": 0},
    ],
    ids=named,
)
@pytest.mark.parametrize("text", [SHORT, SHORT + "r,1,2\n", SHORT.replace("3\n", "3\n5\n"), SHORT.replace("4,", ",")])
@pytest.mark.filterwarnings("ignore::pandas.errors.ParserWarning")
def test_fields_without_names_are_the_index_of_pandas(
    arguments: dict[str, Any], more: dict[str, Any], text: str, write: Any, driver: Any
) -> None:
    engine = "python" if {"sep", "skipfooter"} & set(arguments) else "c"
    if engine == "python" and "names" in more and "\n5\n" in text:
        return  # pandas loses the record above one with as many fields as there are levels
    want = pd.read_csv(io.StringIO(text), engine=engine, **arguments, **more)
    pd.testing.assert_frame_equal(lf.read_csv(write(text), **arguments, **more).compute(scheduler="sync"), want)


@pytest.mark.parametrize("arguments", [{"sep": "[,]"}, {"skipfooter": 1}], ids=named)
def test_all_names_chosen_where_there_are_more_fields_is_refused(arguments: dict[str, Any], write: Any) -> None:
    with pytest.raises(CSVError, match=r"a\.csv:2 \(record 1\): 3 fields.* makes an index of the first fields, and usecols="):
        lf.read_csv(write(SHORT), usecols=["a", "b"], **arguments)


def test_it_travels() -> None:
    how = Rewriting("cp1252", "strict", (("sep", ";"),))
    assert pickle.loads(pickle.dumps(how)) == how


def test_a_file_that_is_rewritten_is_one_partition(write: Any) -> None:
    path = write("a;b\n" + "1;2\n" * 1000)
    assert len(CSVSource.open(path, sep=";", blocksize=100).partitions) > 10
    assert len(CSVSource.open(path, sep=";", comment="#", blocksize=100).partitions) == 1

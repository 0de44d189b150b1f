"""What the core says of a sample, against what is said of its texts one by one."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import lazyframe as lf
from lazyframe.csv.engines.layout import Layout
from lazyframe.csv.options.dialect import Dialect
from lazyframe.csv.sniff.core_table import CoreTable
from lazyframe.csv.types.infer import TextKinds
from lazyframe.csv.types.plain import plain_kinds
from lazyframe.native import library

pytestmark = pytest.mark.skipif(library.engine() != "native", reason="the core is not asked")

WORDS = ["nan", "inf", "True", "false", "9" * 18, "0" * 30]
PIECES = [*"10-+.eE_ \taNxé\v:", *WORDS]


def layout(width: int, dialect: Dialect | None = None) -> Layout:
    names = tuple(f"c{place}" for place in range(width))
    return Layout(dialect or Dialect(), names, (), ())


def of(text: bytes, width: int, dialect: Dialect | None = None) -> CoreTable:
    table = CoreTable.of(text, layout(width, dialect))
    assert table is not None
    return table


@settings(max_examples=500, deadline=None)
@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=4).map("".join), min_size=1, max_size=4), st.booleans())
@example(["1", "-1", "+2", " 3 "], True)
@example(["1.5", ".5e-30", "5.", "1.5E+9"], True)
@example(["9E", "N354NA", "1-2", "-nan", "e", "NA"], True)
@example(["TRUE", "true", ""], False)
def test_kinds_are_those_of_the_texts(texts: list[str], keep_default_na: bool) -> None:
    dialect = Dialect.of(keep_default_na=keep_default_na)
    found = of("".join(f"x,{text},y\n" for text in texts).encode(), 3, dialect)
    expected = plain_kinds(texts, dialect.missing)
    assert found.count == len(texts)
    if found.kinds[1] is not None:  # what the core leaves open is found out otherwise
        assert found.kinds[1] == expected
    else:
        assert expected is None or any(ord(character) < 32 for text in texts for character in text)


def test_texts_are_coded_in_order() -> None:
    (array,) = of(b'b,1\n,2\n"a,c",3\nb,4\n', 2).texts([0])
    assert array.to_pylist() == ["b", None, "a,c", "b"]
    assert array.dictionary.to_pylist() == ["b", "a,c"]


def test_texts_of_many_columns_are_the_same() -> None:
    text = b"\n".join(b",".join(b"t%d" % (row % (place + 1)) for place in range(50)) for row in range(20))
    found = of(text, 50)
    together = found.texts(range(50))
    assert [array.to_pylist() for array in together] == [of(text, 50).texts([place])[0].to_pylist() for place in range(50)]


def test_what_is_not_for_the_core_to_say() -> None:
    assert CoreTable.of(b"1,2\n1,2,3\n", layout(2)) is None
    assert CoreTable.of(b"1,\xff\n", layout(2)) is None
    assert CoreTable.of(b"1,-999\n", layout(2, Dialect.of(na_values=[-999]))) is None
    assert CoreTable.of(b"1,2\n", layout(2, Dialect.of(thousands="."))) is None
    assert of(b'1,"a""b"\n', 2).kinds == [TextKinds.INT, None]


def test_opening_asks_pandas_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b,c,d\n" + "".join(f"{n},{n}.5,t{n % 3},{n % 2 == 0}\n" for n in range(500)))
    expected = pd.read_csv(path)
    monkeypatch.setattr(pd, "read_csv", lambda *args, **named: pytest.fail("pandas was asked"))
    pd.testing.assert_frame_equal(lf.read_csv(path).compute(scheduler="sync"), expected)

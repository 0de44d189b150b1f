"""Layouts by letters, texts for them, and what pandas makes of these: for tests of the engines."""

from __future__ import annotations

import functools
import io
import math
import warnings
from typing import Any

import pandas as pd
import pyarrow as pa
from hypothesis import strategies as st

from lazyframe.csv.engines.layout import Layout
from lazyframe.csv.options.dialect import Dialect, Missing
from lazyframe.csv.types.infer import TextKinds
from lazyframe.schema import OBJECT_BOOL, dtype_named

EXACT_FLOATS: dict[str, Any] = {"float_precision": "round_trip"} if pd.__version__.startswith("3.0.") else {}
DEFAULT = Missing.of(None, True)


def layout(
    kinds: str, wanted: Any = None, sep: bytes = b",", missing: Missing = DEFAULT, given: bool = True, plain: Any = ()
) -> Layout:
    """Columns by letter: i int64, f float64, s str, b bool, B bool with missing values."""
    dtypes = {"i": "int64", "f": "float64", "s": "str", "b": "bool"}
    kind_seen = {
        "i": TextKinds.INT,
        "f": TextKinds.FLOAT,
        "s": TextKinds.TEXT,
        "b": TextKinds.BOOL,
        "B": TextKinds.BOOL | TextKinds.MISSING,
    }
    names = tuple(f"c{place}" for place in range(len(kinds)))
    places = range(len(kinds)) if wanted is None else wanted
    return Layout(
        Dialect(separator=sep, missing=missing),
        names,
        tuple((names[p], p, OBJECT_BOOL if kinds[p] == "B" else dtype_named(dtypes[kinds[p]])) for p in places),
        tuple(None if given and kinds[p] != "B" else kind_seen[kinds[p]] for p in places),
        frozenset(plain),
    )


def lists(arrays: list[pa.Array]) -> list[list[Any]]:
    """The values, with NaN as None."""
    found = []
    for array in arrays:
        array.validate(full=True)
        found.append([None if isinstance(value, float) and math.isnan(value) else value for value in array.to_pylist()])
    return found


# Text against pandas. The pools hold what the core has to tell apart; a plain file is one that pandas reads without a
# second look, and it must not be refused.

PLAIN = {
    "i": ["0", "1", "-7", "42", "123456", "12345678", "-123456789", "1234567890123456789"],
    "f": ["1.5", "-3", "0.1", "", "NA", "1e-5", "123456.789", "-0.0", "0.12345678901234567", ".5", "12345678.12345678"],
    "s": ["a", "bc", "abcdefgh", "abcdefghi", "a text of several words", "", "NA", "N14228", "é", "日本", "1", "-1.#QNAN"],
    "b": ["True", "False", "TRUE", "FALSE", "true", "false"],
    "B": ["True", "False", "", "NA", "true"],
}
ODD = [
    *(
        "+5",
        "007",
        " 7",
        "8 ",
        "9223372036854775808",
        "1_0",
        "0x1F",
        "-",
        "--1",
        "12.0",
        "inf",
        "1e400",
        "1..2",
        "1e",
        "4.9e-324",
    ),
    *(
        "None",
        "#N/A N/A",
        "NAN",
        "nan",
        "T",
        "0",
        "1",
        "tRUE",
        " True",
        "\0",
        "True\0",
        "a\0b",
        "\t",
        " ",
        "True",
        "-7",
        "a",
        ".",
    ),
]
RAW = ['a"b', '"a"b', '"', '""a', '"a" ', ' "a"', "\r", "a\rb"]
MISSING = [DEFAULT, DEFAULT, Missing.of(None, False), Missing.of([-7, "a"], True), Missing.of(["True", "0"], False)]


_COUNT, _CHANCE = st.integers(0, 12), st.integers(0, 39)


@functools.lru_cache
def _fields(kind: str, sep: str, quoting: str, plain: bool) -> st.SearchStrategy[str]:
    """A field as it stands in a file, mostly a usual one: one draw, of a strategy that is made once, for these take time."""
    texts = PLAIN[kind] + (
        ['a"b', '"', f"a{sep}b", "a\nb", "\r\n", "abcdefg,\nh"] * 2 if kind == "s" and quoting != "never" else []
    )

    def written(texts: list[str]) -> list[str]:
        quoted = ['"' + text.replace('"', '""') + '"' for text in texts]
        bare = [text if quoting != "all" and not any(c in text for c in f'"\r\n{sep}') else None for text in texts]
        return [text for text in bare if text is not None] + (quoted if quoting != "never" else []) or quoted

    usual, odd = written(texts), [] if plain else written(ODD) + (RAW if quoting == "some" else [])
    return st.sampled_from(usual * (20 * len(odd) // len(usual) + 1) + odd)


@st.composite
def texts(draw: st.DrawFn, plain: bool) -> tuple[bytes, Layout, str]:
    """A text, the layout by which to read it, and the letters of its columns."""
    kinds = draw(st.text("ifsbB", min_size=2 if plain else 1, max_size=5))
    sep = draw(st.sampled_from([",", ";", "|"] if plain else [",", ";", "\t", " "]))
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    quoting = draw(st.sampled_from(["never", "some", "all"]))
    fields = [_fields(kind, sep, quoting, plain) for kind in kinds]
    lines = []
    for _ in range(draw(_COUNT)):
        found, chance = [draw(field) for field in fields], draw(_CHANCE)
        if chance >= 38 and not plain:
            found = found[1:] if chance == 38 else [*found, found[0]]
        lines.append(sep.join(found))
        if 1 <= chance <= 4:
            lines.append("" if plain else ["", "  ", "\t", ""][chance - 1])
    text = newline.join(lines) + draw(st.sampled_from(["", newline]))
    wanted = sorted(draw(st.sets(st.integers(0, len(kinds) - 1), min_size=1)))
    asked = layout(
        kinds,
        wanted,
        sep=sep.encode(),
        missing=DEFAULT if plain else draw(st.sampled_from(MISSING)),
        given=draw(st.booleans()),
        plain=[place for place in wanted if kinds[place] == "s" and draw(st.booleans())],
    )
    return text.encode(), asked, kinds


def by_pandas(text: bytes, wanted: Layout) -> list[list[Any]] | None:
    """What pandas makes of the text; None where it mixes words and digits in a bool column, as `infer.boolean` may."""
    dtypes: dict[str, Any] = dict.fromkeys(wanted.names, object)
    for (name, _, dtype), seen in zip(wanted.wanted, wanted.seen, strict=True):
        if dtype.arrow == pa.string() or seen is None or dtype.kind == "f":
            dtypes[name] = dtype.name
        else:
            del dtypes[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            frame = pd.read_csv(
                io.BytesIO(text),
                sep=wanted.dialect.separator.decode(),
                header=None,
                names=list(wanted.names),
                dtype=dtypes,
                low_memory=False,
                **EXACT_FLOATS,
                encoding_errors="surrogateescape",
                **wanted.dialect.missing.for_pandas(wanted.names),
            )
        except ValueError as error:
            if "user dtype of bool" in str(error):
                return None
            raise
    assert all(dtypes.get(name, dtype.name) == dtype.name or len(frame) == 0 for name, _, dtype in wanted.wanted)
    return [[None if pd.isna(value) else value for value in frame[name].tolist()] for name, _, _ in wanted.wanted]

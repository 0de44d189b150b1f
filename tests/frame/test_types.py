"""What a type checker finds in a user's script: each class of the face by what was chosen, and pandas' classes of answers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

api = pytest.importorskip("mypy.api")

FRAME, SERIES, SCALAR = "lazyframe.frame.dataframe.DataFrame", "lazyframe.frame.series.Series", "lazyframe.frame.scalar.Scalar"
PANDAS_FRAME, PANDAS_SERIES = "pandas.core.frame.DataFrame", "pandas.core.series.Series[Any]"
FRAME_GROUPS, SERIES_GROUPS = (
    f"lazyframe.frame.groupby.{name}[{FRAME}, {SERIES}]" for name in ("DataFrameGroupBy", "SeriesGroupBy")
)
TYPES = {
    "df": FRAME,
    'df["x"]': SERIES,
    "df.x": SERIES,
    'df[["x", "y"]]': FRAME,
    "df[df.x > 0]": FRAME,
    "df[df.columns[:2]]": FRAME,
    "df.x[df.x > 0]": SERIES,
    "df.loc[df.x > 0]": FRAME,
    "df.x.loc[df.x > 0]": SERIES,
    "df.x > 0": SERIES,
    "(df.x > 0) & ~(df.y == 2)": SERIES,
    "2 * df.x - df.y": SERIES,
    "-df": FRAME,
    "df.x.sum()": SCALAR,
    "df.mean(numeric_only=True)": SERIES,
    "df.head(3)": FRAME,
    "df.x.head(3)": SERIES,
    "df.assign(z=df.x + 1)": FRAME,
    'df.sort_values("x")': FRAME,
    'df.merge(df, on="k")': FRAME,
    "df.x.isna()": SERIES,
    "df.x.cumsum()": SERIES,
    "df.cumsum()": FRAME,
    "df.k.str.lower()": SERIES,
    "df.t.dt.year": SERIES,
    'df.t.dt.floor("h")': SERIES,
    "df.k.value_counts()": SERIES,
    "df.describe()": FRAME,
    "df.corr()": FRAME,
    'df.groupby("k")': FRAME_GROUPS,
    'df.groupby("k")[["x"]]': FRAME_GROUPS,
    'df.groupby("k").x': SERIES_GROUPS,
    'df.groupby("k")["x"]': SERIES_GROUPS,
    'df.groupby("k").mean()': FRAME,
    'df.groupby("k").x.mean()': SERIES,
    'df.groupby("k").size()': SERIES,
    'df.groupby("k").x.agg(["min", "max"])': FRAME,
    'df.groupby("k").x.agg("min")': SERIES,
    'df.groupby("k").agg(z=("x", "mean"))': FRAME,
    'df.groupby("k").x.shift()': SERIES,
    'df.groupby("k", as_index=False).x.mean()': "Any",
    'df.pivot_table(index="k")': "Any",
    'df.k.str.split(",")': "Any",
    'df.groupby("k").describe()': "Any",
    "df.compute()": PANDAS_FRAME,
    "df.x.compute()": PANDAS_SERIES,
    "df.x.sum().compute()": "Any",
    'df.groupby("k").x.mean().compute()': PANDAS_SERIES,
    "df.to_pandas()": PANDAS_FRAME,
    "df.persist()": FRAME,
    "len(df)": "int",
}
WRONG = {
    "df.assign(1)": "Too many arguments",
    "df.x.cumsum(1, 2, 3, 4)": "Too many arguments",
    'df.head("many")': 'Argument 1 to "head"',
}


def test_types_of_a_users_script(tmp_path):
    script = tmp_path / "script.py"
    lines = [f"reveal_type({expression})" for expression in TYPES] + list(WRONG)
    script.write_text("\n".join(["import lazyframe as lf", 'df = lf.read_csv("data/*.csv")', *lines, ""]))
    root = str(Path(__file__).parents[2])
    found, errors, _ = api.run([str(script), "--config-file", f"{root}/pyproject.toml", "--cache-dir", f"{root}/.mypy_cache"])
    assert not errors
    notes = dict(re.findall(r"script\.py:(\d+): (.*)", found))
    said = [notes.get(str(number), "") for number in range(3, 3 + len(lines))]
    expected = [f'note: Revealed type is "{kind}"' for kind in TYPES.values()]
    assert dict(zip(TYPES, said, strict=False)) == dict(zip(TYPES, expected, strict=True))
    for (expression, message), got in zip(WRONG.items(), said[len(TYPES) :], strict=True):
        assert got.startswith("error: "), expression
        assert message in got

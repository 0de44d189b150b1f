"""Whole numbers beyond 64 bits: what every operation makes of Python's integers is what pandas makes of them, or refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from naming import named
from oracle import NAN, check, lazy

import lazyframe as lf

H = 10**20
REDUCTIONS = ("count", "nunique", "sum", "min", "max", "mean", "std", "prod", "any", "all", "median")
LINES = (
    "df.z + 1 | df.z - df.i | df.z * df.y | df.z // 3 | df.z % 7 | -df.z | abs(df.z) | df.z / 2 | df.z ** 2 | df.z + 1.5",
    "df.z + df.f | df.z == 1 | df.z > df.i | df.z >= 10**20 | df.z < 1.5 | df.z != df.y | df.z < 'a' | df.z.isna()",
    "df.z.fillna(0) | df.z.fillna(1.5) | df.z.fillna(df.i) | df.z.fillna(df.y) | df.z.isin([1, 10**20]) | df.z.isin([NAN])",
    "df.z.between(1, 10**20) | df.z.clip(0, 5) | df.z.clip(0.5) | df.z.round() | df.z.where(df.i > 0) | df.y.where(df.i > 0, 0)",
    "df.z.where(df.i > 0, df.s) | df.z.astype(float) | df.z.astype(str) | df.z.astype('int64') | df.z.astype(bool)",
    "df.z.map({1: 2}) | df.z.str.len() | ~df.y | df.y & 1 | np.sqrt(df.z) | np.maximum(df.z, 3) | df.i + 2**70 | df.i == 2**70",
    "df.sort_values('z') | df.sort_values('z', ascending=False) | df.groupby('z').i.sum() | df.groupby('y').i.sum()",
    "df.groupby('z', dropna=False).i.sum() | df.groupby(['z', 's']).i.sum() | df.groupby('z', sort=False).i.sum()",
    "df.z.value_counts() | df.z.drop_duplicates() | df.drop_duplicates('z') | df.nlargest(2, 'z') | df[df.z > 5]",
    "df[df.z == df.z.max()] | df.z.head(3) | df.tail(2) | df.describe() | df.z.describe() | df.z.mode() | df.dropna()",
    "df.z.quantile(0.5) | df.assign(w=df.z + df.i).groupby('s').w.sum() | df.groupby('s').agg({'z': 'sum', 'i': 'max'})",
    "df.z.nunique(dropna=False) | df.sum(numeric_only=True) | df.astype(str) | df.z.unique() | df[df.i > 99].z",
    *(f"df.z.{name}() | df.groupby('s').z.{name}() | df[['z', 'i']].{name}()" for name in REDUCTIONS),
)
COLUMNS = (
    [H, 1, NAN, -5, H, 3, 0, NAN, -H],
    [H, 1, 5, -5, H, 3, 0, 2, -H],
    [NAN, NAN, NAN, -5, H, NAN, NAN, NAN, NAN],
    [1, 2, 5, 7],
    [2**63, 2**63 + 1, 5, 7],
)


def frame_of(values: list[Any]) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "y": pd.Series([2**64, 5, -7, 0, 1, 2**70, 3, 8, -1], dtype=object),
            "i": [3, 0, -7, 2, 2, 10, 1, 0, 5],
            "s": pd.Series(list("abcabcabc"), dtype="str"),
            "f": [1.5, NAN, -2.0, 0, 1, 3, 4, 5, 6],
        }
    )
    return frame.head(len(values)).assign(z=pd.Series(values, dtype=object))


@pytest.mark.parametrize("layout", [{}, {"cuts": (4,), "batch_rows": 2}], ids=["whole", "cut"])
@pytest.mark.parametrize("values", COLUMNS, ids=named)
def test_every_operation_is_that_of_pandas_or_refused(values: list[Any], layout: dict[str, Any]) -> None:
    names = {"np": np, "NAN": NAN}
    lines = [line.strip() for some in LINES for line in some.split(" | ")]
    functions = {line: eval(f"lambda df: {line}", names) for line in lines}
    refused = check(functions, frame_of(values), **layout)
    assert {"df.z / 2", "df.z + 1.5", "df.z.mean()", "df.groupby('s').z.min()"} <= refused
    assert not refused & {"df.z + 1", "df.z.sum()", "df.groupby('s').z.sum()", "df.z.max()", "df.sort_values('z')", "df.z > df.i"}


def test_what_is_refused_says_why() -> None:
    df = lazy(frame_of(COLUMNS[0]))
    with pytest.raises(TypeError, match=r"z / 2: whole numbers beyond 64 bits .*\.astype\(float\)"):
        df.z / 2
    with pytest.raises(TypeError, match=r"beyond 64 bits, which no Arrow column has; call \.astype\(str\)"):
        df.to_arrow()


@pytest.mark.filterwarnings("ignore::lazyframe.DtypePromotionWarning")
@pytest.mark.parametrize("scheduler", ["sync", "threads", "processes"])
def test_they_travel_and_are_kept(scheduler: str, tmp_path: Path) -> None:
    text = "a,b\n" + "".join(f"{n},{n % 3}\n" for n in range(50)) + f"{H},1\n,2\n +7,0\n-{H},1\n"
    path = tmp_path / "a.csv"
    path.write_text(text)
    want = pd.read_csv(path, low_memory=False)
    df = lf.read_csv(path, blocksize=40, sample=10)
    for got in (df.compute(scheduler=scheduler), df.persist(scheduler=scheduler).compute(scheduler=scheduler)):
        pd.testing.assert_frame_equal(got, want)
        assert list(map(type, got["a"])) == list(map(type, want["a"]))
    assert df.a.sum().compute(scheduler=scheduler) == want["a"].sum()
    pd.testing.assert_frame_equal(lf.from_pandas(want, npartitions=3).compute(scheduler=scheduler), want)
    df.to_csv(tmp_path / "b.csv", index=False)
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "b.csv", low_memory=False), want)
    with pytest.raises(TypeError, match="beyond 64 bits"):
        df.to_parquet(tmp_path / "b.parquet")

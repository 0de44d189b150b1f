"""The first and last rows of a sort, found without sorting all: those of pandas' sort."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import assert_same, lazy, sample

import lazyframe as lf
from lazyframe import physical
from lazyframe.kernels import topk
from lazyframe.kernels.columns import Columns
from lazyframe.kernels.topk import TopRows
from lazyframe.optimize import optimize
from lazyframe.plan import FirstSorted

KEYS = {
    "few": (st.integers(0, 3), "int64"),
    "ints": (st.integers(-(2**63), 2**63 - 1), "int64"),
    "floats": (st.sampled_from([0.0, -0.0, 1.5, np.nan, np.inf, -np.inf]), "float64"),
    "texts": (st.sampled_from(["a", "b", "", "é", None]), "str"),
    "flags": (st.booleans(), "bool"),
    "dates": (st.sampled_from(["2020-01-01", "1969-12-31", None]).map(pd.Timestamp), "datetime64[us]"),
    "maybe": (st.sampled_from([1, 2, None]), "Int64"),
}


@settings(max_examples=examples(37), deadline=None)
@given(st.data(), st.integers(0, 40), st.integers(1, 5))
def test_any_rows(data, rows, batch_rows):
    names = data.draw(st.lists(st.sampled_from(list(KEYS)), min_size=1, max_size=3, unique=True))
    frame = pd.DataFrame(
        {name: pd.Series(data.draw(st.lists(KEYS[name][0], min_size=rows, max_size=rows)), dtype=KEYS[name][1]) for name in names}
    ).assign(row=np.arange(rows))
    by = data.draw(st.permutations(names)).copy()[: data.draw(st.integers(1, len(names)))]
    how = {
        "by": by,
        "ascending": [data.draw(st.booleans()) for _ in by],
        "kind": "stable",
        "na_position": data.draw(st.sampled_from(["first", "last"])),
        "ignore_index": data.draw(st.booleans()),
    }
    n, end = data.draw(st.integers(0, 12)), data.draw(st.sampled_from(["head", "tail"]))
    cuts = tuple(sorted(data.draw(st.lists(st.integers(0, 40), max_size=4))))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(topk, "_ROWS_BEFORE_SORT", data.draw(st.sampled_from([0, 1 << 14])))
        built = getattr(lazy(frame, cuts, batch_rows).sort_values(**how), end)(n)
        want = getattr(frame.sort_values(**how), end)(n)
        assert_same(built.compute(scheduler="sync"), want)
        assert_same(built.row.compute(scheduler="threads", num_workers=2), want.row)


LINES = {
    "default, several keys": lambda df: df.sort_values(["b", "f"], ascending=[False, True]).head(4),
    "default, texts": lambda df: df.sort_values("s").head(5),
    "of columns": lambda df: df.sort_values(["i", "f"]).head(3)[["s", "f"]],
    "made after": lambda df: df.sort_values(["i", "f"]).assign(z=df.i * 2 if False else 1).head(3),
    "after a filter": lambda df: df[df.i > 0].sort_values(["i", "b"]).tail(3),
    "of a column": lambda df: df.i.sort_values(kind="stable").head(4),
    "filtered after": lambda df: df.sort_values(["i", "f"]).head(6)[lambda x: x.b],
    "summed": lambda df: df.sort_values(["i", "f"]).tail(4).i.sum(),
    "index set": lambda df: df.set_index("s").sort_values(["i", "f"]).head(4),
    "numbered anew": lambda df: df.sort_values(["i", "f"], ignore_index=True).tail(4),
    "index reset": lambda df: df.sort_values(["i", "f"]).reset_index(drop=True).tail(2),
    "index kept": lambda df: df.sort_values(["i", "f"]).reset_index().tail(2),
    "objects": lambda df: df.sort_values("o", kind="stable").head(3),
    "negative": lambda df: df.sort_values(["i", "f"]).head(-7),
    "more than there are": lambda df: df.sort_values(["i", "f"]).tail(50),
}


@pytest.mark.parametrize("name", LINES)
def test_lines(name):
    assert_same(LINES[name](lazy(sample(), (2, 5), 2)).compute(scheduler="sync"), LINES[name](sample()))


def test_a_dtype_that_rows_ask_for_which_are_not_kept(tmp_path):
    frame = pd.DataFrame({"k": np.arange(3000)[::-1], "x": ["1"] * 3000})
    frame.loc[1500, "x"] = ""
    for number in range(3):
        frame.iloc[number * 1000 : number * 1000 + 1000].to_csv(tmp_path / f"{number}.csv", index=False)
    want = pd.concat([pd.read_csv(path) for path in sorted(tmp_path.iterdir())], ignore_index=True)
    for end in ("head", "tail"):
        got = getattr(lf.read_csv(str(tmp_path / "*.csv"), blocksize=2000).sort_values("k", kind="stable"), end)(3)
        assert_same(got.compute(), getattr(want.sort_values("k", kind="stable"), end)(3))


def test_a_key_that_later_rows_contradict(tmp_path):
    """The column that rows are sorted by becomes one of floats, and another one text, far down, where no sample is taken."""
    frame = pd.DataFrame({"k": np.arange(99000)[::-1].astype(str), "x": (np.arange(99000) % 7).astype(str)})
    frame.loc[78186, ["k", "x"]] = ["-1.5", "none"]
    for number in range(3):
        frame.iloc[number * 33000 : number * 33000 + 33000].to_csv(tmp_path / f"{number}.csv", index=False)
    built = lf.read_csv(str(tmp_path / "?.csv"), blocksize=100000)
    assert str(built.dtypes["k"]) == "int64"
    with pytest.warns(lf.DtypePromotionWarning):
        found = built.sort_values("k", kind="stable").head(3).compute()
    assert_same(found, frame.astype({"k": float, "x": "str"}).sort_values("k", kind="stable").head(3))


def is_cut_down(lazy_frame) -> bool:
    return any(isinstance(node, FirstSorted) for node in optimize(lazy_frame._result()).walk())


def test_what_is_cut_down():
    df = lazy(sample(), (3,))
    assert is_cut_down(df.sort_values("i").head(3))
    assert is_cut_down(df.sort_values("i").tail(3)[["s"]])
    assert not is_cut_down(df.sort_values("i"))
    assert not is_cut_down(df.sort_values("i").head(10**6))


def test_rows_of_one_value_are_as_pandas_leaves_them_where_files_are_small(monkeypatch):
    """pandas' default leaves them in an order that only sorting all rows tells; of larger files it is a stable sort."""
    frame = pd.DataFrame({"k": np.arange(1000) % 2, "row": np.arange(1000)})
    one = lazy(frame, (300,), 100).sort_values("k").head(5)
    assert_same(one.compute(), frame.sort_values("k").head(5))
    monkeypatch.setattr(physical, "SMALL_SORT", -1)
    assert_same(one.compute(scheduler="sync"), frame.sort_values("k", kind="stable").head(5))


def test_no_more_than_some_rows_are_held():
    sink = TopRows(lazy(pd.DataFrame({"x": [1]}))._plan.schema, ("x",), (True,), "last", 5, True, False)
    rng, partial = np.random.default_rng(0), None
    for _ in range(200):
        partial = sink.fold(partial, Columns.of(1000, {"x": rng.integers(0, 10**9, 1000)}))
        assert partial.rows.count <= 2 * 5 + topk._ROWS_BEFORE_SORT + 1000
    assert len(sink.finish(partial)) == 5

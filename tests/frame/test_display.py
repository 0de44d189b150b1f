"""What lazy objects show of themselves, without reading anything."""

from __future__ import annotations

import io
import json

import browser
import pandas as pd
import pytest
from browser import Tags, in_a_browser
from oracle import lazy, sample
from sources import MemorySource

import lazyframe as lf
from lazyframe.diagnostics import progress
from lazyframe.frame.display import sampled
from lazyframe.plan import Scan


def test_a_frame_shows_its_columns_and_the_first_rows_of_the_sample():
    df = lazy(sample()[["i", "s"]], (3, 6))
    assert repr(df) == (
        "lf.DataFrame: 2 columns, 3 partitions, not computed (memory: 9 rows)\n"
        "  i  int64\n"
        "  s  str\n"
        "first rows of the sample:\n" + sample()[["i", "s"]].head().to_string()
    )


def test_filters_and_new_columns_are_shown_on_the_sample():
    df = lazy(sample()[["i", "s"]])
    df = df[df.i > 1].assign(n=df[df.i > 1].i * 2)
    want = sample()[["i", "s"]]
    want = want[want.i > 1].assign(n=want.i * 2)
    assert repr(df).endswith("first rows of the sample:\n" + want.head().to_string())
    assert "1 partition, not computed" in repr(df)
    assert repr(df.head(2)).endswith(want.head(2).to_string())


def test_a_frame_says_which_rows_it_has():
    df = lazy(sample())
    assert "not computed (memory: 9 rows, where i > 1)" in repr(df[df.i > 1])
    assert "(memory: 9 rows, where b, where i > 1, first 3 rows)" in repr(df[df.b][df[df.b].i > 1].head(3))
    assert "(memory: 9 rows, where i > 1)" in repr(df.assign(n=1)[df.i > 1])
    assert "(memory: 9 rows, where b, grouped by s, i > 1)" in repr(df[df.b].groupby(["s", df[df.b].i > 1])[["f"]].sum())
    assert "where i &gt; 1)" in df[df.i > 1]._repr_html_()
    assert len(repr(df[df.i.isin(range(1000)) & df.s.isin(map(str, range(1000)))]).splitlines()[0]) < 400


def test_dtypes_are_those_known_by_now():
    """Another query met text in a column that was taken for integers."""

    class Learnt(MemorySource):
        def latest(self):
            return MemorySource(self.frame.astype({"x": "str"}), self.cuts)

    df = lf.DataFrame(Scan(Learnt(pd.DataFrame({"x": [1, 2]}))))
    assert df.dtypes["x"] == "str"
    assert df.x.dtype == "str"
    assert "  x  str" in repr(df)
    assert "<th>str</th>" in df._repr_html_()
    double = df.assign(y=df.x - 1)  # which is a mistake now: the run says so, a repr does not
    assert "  y  int64" in repr(double)
    with pytest.raises(TypeError, match="x - 1 does not fit its operands"):
        double.compute(scheduler="sync")


def test_what_only_a_run_can_tell_is_not_shown():
    df = lazy(sample())
    for one in (df.groupby("s")[["i"]].sum(), df[df.i > df.i.mean()], df[df.i > 100]):
        assert "first rows of the sample" not in repr(one)
    assert "  i  int64" in repr(df.groupby("s")[["i"]].sum())


def test_a_dtype_that_depends_on_the_data_says_so():
    df = lazy(sample())
    assert "  y  int32 (float64 if the data ask for it)" in repr(df[[]].assign(y=df.t.dt.year))


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (lambda df: df.f, "lf.Series<f, dtype=float64>"),
        (lambda df: df.f + df.i, "lf.Series<f + i, dtype=float64>"),
        (lambda df: df.s.str.upper(), "lf.Series<s.str.upper(), dtype=str>"),
        (lambda df: df.f[df.b], "lf.Series<f, where b, dtype=float64>"),
        (lambda df: df[df.b].f.head(2), "lf.Series<f, where b, first 2 rows, dtype=float64>"),
        (lambda df: df.groupby("s").f.mean(), "lf.Series<mean of f by s, dtype=float64>"),
        (lambda df: df[df.b].groupby(["s", df[df.b].i > 1]).size(), "lf.Series<size by s, i > 1, where b, dtype=int64>"),
        (lambda df: df.groupby("s")[["f", "i"]].max().i, "lf.Series<max of i by s, dtype=int64>"),
        (lambda df: df.groupby("s").f.mean() + 1, "lf.Series<f + 1, dtype=float64>"),
        (lambda df: df.groupby("s").f.mean()[lambda f: f > 1], "lf.Series<mean of f by s, where f > 1, dtype=float64>"),
        (lambda df: df.groupby("s").f.mean().reset_index().s, "lf.Series<s, dtype=str>"),
        (lambda df: df.t.dt.year, "lf.Series<t.dt.year, dtype=int32>"),
    ],
)
def test_a_column_shows_its_expression(line, text):
    assert repr(line(lazy(sample()))) == text


def test_html_is_escaped_and_has_the_rows():
    frame = pd.DataFrame({"<b>": [1, 2], "s": ["<i>x", "y"]})
    html = lazy(frame)._repr_html_()
    assert "&lt;b&gt;" in html
    assert "<b>" not in html
    assert "&lt;i&gt;x" in html
    assert "<p>lf.DataFrame: 2 columns, 1 partition, not computed (memory: 2 rows)</p><p>first rows" in html
    assert html.count("<table") == 1
    assert html.index("<th>s</th>") < html.index("<th>int64</th>") < html.index("&lt;i&gt;x")
    series = lazy(frame).s._repr_html_()
    assert "<p>lf.Series: 1 column," in series
    assert "<p>first rows of the sample:</p>" in series


def test_no_repr_says_none_or_one_columns():
    df = lazy(sample())
    assert repr(df[["i"]]).startswith("lf.DataFrame: 1 column, ")
    assert repr(lf.from_pandas(pd.Series([1, 2]))) == "lf.Series<without a name, dtype=int64>"


def test_an_answer_that_is_there_is_shown_as_itself():
    df = lazy(sample())
    want = sample().groupby("s")[["i"]].max()
    kept = df.groupby("s")[["i"]].max().persist(scheduler="sync")
    assert repr(kept).endswith(f"all {len(want)} rows:\n{want.to_string()}")
    assert f"<p>all {len(want)} rows:</p>" in kept._repr_html_()
    assert f"<td>{want.i.iloc[-1]}</td>" in kept._repr_html_()
    column = df.groupby("s").i.max().persist(scheduler="sync")
    assert repr(column) == f"lf.Series<i, dtype=int64>\nall {len(want)} rows:\n{want.i.to_string()}"
    assert repr(column[column > 10**9]) == "lf.Series<i, where i > 1000000000, dtype=int64>"


def test_a_filter_that_leaves_nothing_of_the_sample_says_so():
    df = lazy(sample())
    none = df[df.i > 1000]
    said = "no row of the sample is one of these; its first rows, without the filter:"
    assert repr(none).endswith(f"\n{said}\n{repr(df).partition('sample:' + chr(10))[2]}")
    assert f"<p>{said}</p><table" in none._repr_html_()
    assert f"<td>{sample().s[0]}</td>" in none._repr_html_()


def test_rows_before_a_filter_are_not_shown_where_only_those_after_it_can_be_made():
    df = lazy(pd.DataFrame({"s": ["a", "b"]}))
    none = df[df.s == "1"].assign(n=lambda rows: rows.s.astype("int64"))
    assert repr(none).endswith("\nno row of the sample is one of these")
    assert repr(lazy(pd.DataFrame({"i": pd.Series([], dtype="int64")}))).endswith("\nno row of the sample is one of these")


def test_a_wide_frame_is_cut():
    wide = pd.DataFrame({f"c{n}": [n] for n in range(60)})
    assert " ... " in repr(lazy(wide)).splitlines()[-1]
    with pd.option_context("display.max_columns", 20):
        assert lazy(wide)._repr_html_().count("<th>") < 60


def test_many_columns_and_huge_cells_are_cut_as_pandas_cuts_them():
    wide = repr(lazy(pd.DataFrame({f"c{n}": [n] for n in range(1000)})))
    assert len(wide.splitlines()) < 70
    assert "  ... (940 more)\n" in wide
    assert "  c999  int64" in wide
    huge = lazy(pd.DataFrame({"s": ["x" * 10_000], "n" * 1000: [1]}))
    assert len(repr(huge)) < 1000
    assert "x" * 46 + "..." in repr(huge)
    assert len(huge._repr_html_()) < 5000


def test_an_empty_frame():
    text = repr(lazy(sample().head(0)))
    assert "first rows" not in text
    assert "8 columns" in text
    assert "<p>lf.DataFrame" in lazy(sample().head(0))._repr_html_()


def test_showing_reads_nothing():
    df = lazy(sample(), (3,))
    repr(df)
    df._repr_html_()
    repr(df[df.i > 1].f)
    assert sampled(df[df.i > 1]._plan).length == (sample().i > 1).sum()
    assert not df._plan.source.reads


def test_an_error_of_the_data_is_not_raised_by_a_repr():
    df = lazy(sample())
    dated = lazy(sample().dropna())
    for one in (df[["s"]].assign(n=df.s.astype("int64")), dated[["t"]].assign(n=dated.t.dt.year * 10**9)):
        assert "first rows" not in repr(one)
        assert "<table" in one._repr_html_()


def test_info_comes_from_the_schema():
    text = io.StringIO()
    df = lazy(sample()[["i", "f", "s"]].rename(columns={"s": "a longer name"}), (2, 5))
    df.info(buf=text)
    assert text.getvalue().splitlines() == [
        "<class 'lazyframe.DataFrame'>",
        "not computed, 3 partitions",
        "Data columns (total 3 columns):",
        " #   Column         Dtype",
        "---  ------         -----",
        " 0   i              int64",
        " 1   f              float64",
        " 2   a longer name  str",
        "dtypes: float64(1), int64(1), str(1)",
    ]
    assert not df._plan.source.reads


def test_the_plan_is_folded_away_and_escaped():
    df = lazy(pd.DataFrame({"<b>": [1, 2], "\x1b[2J": [1, 2]}))
    html = df[df["<b>"] > 1]._repr_html_()
    folded = html[html.index("<details>") :]
    assert folded.startswith("<details><summary>plan</summary><pre>Filter &lt;b&gt; &gt; 1\n")
    assert "\x1b" not in html
    assert Tags.of(html)[-3:] == [("details", {}), ("summary", {}), ("pre", {})]
    long = df[df["<b>"].isin(list(range(10_000)))]._repr_html_()
    assert len(long[long.index("<details>") :]) < 2500


_SEEN = """
<script>
const parts = color => color.match(/[\\d.]+/g).map(Number);
const light = ([r, g, b]) => (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
document.documentElement.dataset.found = JSON.stringify([...document.querySelectorAll("main")].map(main => {
    const ground = parts(getComputedStyle(main).backgroundColor), texts = [...main.querySelectorAll("p, th, td, summary")];
    const shown = texts.filter(text => text.checkVisibility());
    return {
        contrast: Math.min(...shown.map(text => Math.abs(light(parts(getComputedStyle(text).color)) - light(ground))
            * getComputedStyle(text).opacity)),
        plan: main.querySelector("pre").checkVisibility(),
        rows: [...main.querySelectorAll("tr")].map(row => row.getBoundingClientRect().height),
        bar: main.querySelector(".bar").getBoundingClientRect().height,
        line: main.querySelector(".line").getBoundingClientRect().height,
    };
}));
</script>
"""


@in_a_browser
def test_a_notebook_is_readable_on_light_and_on_dark_ground(tmp_path):
    class Handle:
        def update(self, data, raw):
            self.html = data["text/html"]

    bar = object.__new__(progress._Notebook)
    bar._handle = Handle()
    bar.show(progress.Snapshot("scan+max", 14, 38, 5 * 10**8, 12 * 10**8, 1.5, 14, 30))
    cell = f'{lazy(sample())._repr_html_()}<div class="bar">{bar._handle.html}</div><div class="line">one line</div>'
    grounds = ("background: #ffffff; color: #1f1f1f", "background: #111111; color: #e0e0e0")
    mains = "".join(f'<main style="font: 14px sans-serif; {ground}">{cell}</main>' for ground in grounds)
    page = tmp_path / "page.html"
    page.write_text(f'<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>{mains}{_SEEN}</body></html>')
    root = Tags.of(browser.dom(page.as_uri(), tmp_path))[0][1]
    for found in json.loads(root["data-found"]):
        assert found["contrast"] > 0.5
        assert found["plan"] is False
        assert all(12 < height < 40 for height in found["rows"])
        assert found["bar"] < 1.6 * found["line"]

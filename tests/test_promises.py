"""The promises of the README, from files to answers: equal to pandas, at any block size, lazy, loud, in bounded memory."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import warnings
from pathlib import Path

import pandas as pd
import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import assert_same

import lazyframe as lf
from lazyframe.native import library

ROOT = Path(__file__).parent.parent
SCHEDULERS = ["threading", "processes", "sync"]
FLIGHTS = {"dtype": {"TailNum": object, "CRSElapsedTime": float, "Cancelled": bool}}


@pytest.fixture(scope="session")
def flights_folder(tmp_path_factory):
    """Real flights in several files: those of the project's own folder, or of a fresh one."""
    made = ROOT / "data" / "nycflights"
    if made.is_dir():
        return made
    target = tmp_path_factory.mktemp("flights") / "data" / "nycflights"
    subprocess.run([sys.executable, ROOT / "scripts" / "prep_flights.py", "--out", target], check=True)
    return target


@pytest.fixture(scope="session")
def flights_in_pandas(flights_folder):
    text = b""
    for number, path in enumerate(sorted(flights_folder.glob("*.csv"))):
        lines = path.read_bytes()
        text += lines if number == 0 else lines[lines.index(b"\n") + 1 :]
    frame = pd.read_csv(io.BytesIO(text), low_memory=False, **FLIGHTS)
    frame["Date"] = pd.to_datetime(frame[["Year", "Month", "DayofMonth"]].rename(columns={"DayofMonth": "Day"})).astype(
        "datetime64[us]"
    )
    return frame


FLIGHTS_QUERIES = {
    "largest mean delay": lambda df: df[~df.Cancelled].groupby("Origin").DepDelay.mean().max(),
    "not cancelled": lambda df: df[~df.Cancelled].Origin.count(),
    "flights of each airport": lambda df: df.groupby("Origin").Origin.count(),
    "mean delay of each airport": lambda df: df.groupby("Origin").DepDelay.mean(),
    "mean delay by day of week": lambda df: df.groupby(df.Date.dt.day_of_week).DepDelay.mean(),
    "carriers": lambda df: df.groupby(["UniqueCarrier", "Origin"]).agg({"ArrDelay": ["mean", "std"], "Distance": "max"}),
    "late planes": lambda df: df[df.DepDelay > 600][["TailNum", "Date", "DepDelay"]],
    "tails": lambda df: df.TailNum.nunique(),
}


@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_the_flights_queries_are_pandas_answers(flights_folder, flights_in_pandas, scheduler):
    df = lf.read_csv(flights_folder / "*.csv", parse_dates={"Date": [0, 1, 2]}, blocksize="1MiB", **FLIGHTS)
    lazies = {name: query(df) for name, query in FLIGHTS_QUERIES.items()}
    (answers,) = lf.compute(lazies, scheduler=scheduler)
    for name, query in FLIGHTS_QUERIES.items():
        assert_same(answers[name], query(flights_in_pandas))
    with lf.config.set(scheduler=scheduler):
        assert len(df) == len(flights_in_pandas)
        assert len(df[~df.Cancelled]) == (~flights_in_pandas.Cancelled).sum()


def test_the_program_of_the_readme_runs(flights_folder, capsys, monkeypatch):
    text = (ROOT / "README.md").read_text("utf-8")
    program = re.search(r"<!-- main job -->\s*```python\n(.*?)```", text, re.DOTALL)
    assert program
    monkeypatch.chdir(flights_folder.parent.parent)
    exec(program[1], {})
    printed = capsys.readouterr().out
    assert printed.count("15.107954 minutes") == 3
    assert "flights: 336776  not cancelled: 328521" in printed
    shown = re.search(r"as run\n(.*?)\n\n", printed, re.DOTALL)
    assert shown
    assert shown[1] in text, "the README shows another plan than explain prints"


# ---- any text, any query, any block size, either engine


cells = st.one_of(
    st.integers(-(10**6), 10**6).map(str),
    st.sampled_from(["1.5", "-0.25", "1e3", "", "NA", "nan", "0", "007", "2147483648"]),
    st.sampled_from(["a", "b", "x y", '"q,r"', '"s\nt"', '"d""q"', "é", "True", "False", "2020-01-02"]),
)
numbers = st.one_of(st.integers(-99, 99).map(str), st.sampled_from(["", "0.5", "-2.25"]))
tables = st.lists(
    st.tuples(st.sampled_from(["k", "l", '"m\nn"', ""]), numbers, st.integers(0, 9).map(str), cells), min_size=1, max_size=25
)

TEXT_QUERIES = {
    "all": lambda df: df,
    "filtered": lambda df: df[df.n > 4],
    "sums": lambda df: df.groupby("k").x.sum(),
    "means": lambda df: df[df.n != 3].groupby("k", dropna=False).x.mean(),
    "in order of appearance": lambda df: df.groupby("k", sort=False).n.max(),
    "several": lambda df: df.groupby(["k", "n"]).agg(total=("x", "sum"), rows=("x", "size")),
    "counts": lambda df: df.count(),
    "number": lambda df: df.n.sum() + df.n.max(),
    "first": lambda df: df[df.n > 6].head(3),
    "above the mean": lambda df: df[df.n > df.n.mean()].n,
    "distinct": lambda df: df.free.nunique(),
    "missing": lambda df: df[df.free.isna()].n,
}


@pytest.mark.parametrize("blocksize", [1000, 4000, 10**6])
def test_the_first_rows_have_the_dtypes_of_the_whole(tmp_path, blocksize):
    path = tmp_path / "a.csv"
    path.write_text("a,b\n" + "1,2\n" * 2200 + "1.5,x\n" + "1,2\n" * 3800)
    expected = pd.read_csv(path, low_memory=False)
    df = lf.read_csv(path, blocksize=blocksize, sample=500)
    with pytest.warns(lf.DtypePromotionWarning):
        assert_same(df.head().compute(), expected.head())
    assert_same(df[df.b != "2"].head(1).compute(), expected[expected.b != "2"].head(1))


def as_text(rows):
    return "k,x,n,free\n" + "".join(",".join(row) + "\n" for row in rows)


@pytest.mark.parametrize("engine", ["auto", "arrow", "pandas"])
@settings(max_examples=examples(10))
@given(rows=tables, blocksize=st.integers(1, 400), cut=st.integers(0, 25), num_workers=st.integers(1, 3))
def test_any_query_of_any_text_is_the_answer_of_pandas(tmp_path_factory, engine, rows, blocksize, cut, num_workers):
    folder = tmp_path_factory.mktemp("text")
    pieces = [rows[:cut], rows[cut:]]
    for number, piece in enumerate(pieces):
        (folder / f"f{number}.csv").write_text(as_text(piece), encoding="utf-8", newline="")
    whole = pd.read_csv(io.StringIO(as_text(rows)), low_memory=False)
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore", lf.DtypePromotionWarning)
        patch.setenv("LAZYFRAME_ENGINE", engine)
        library.engine.cache_clear()
        df = lf.read_csv(str(folder / "*.csv"), blocksize=blocksize, sample=16)
        for name, query in TEXT_QUERIES.items():
            try:
                want = query(whole)
            except TypeError:
                with pytest.raises(TypeError):
                    query(df).compute(scheduler="sync")
                continue
            for options in ({"scheduler": "sync"}, {"scheduler": "threads", "num_workers": num_workers}):
                try:
                    assert_same(query(df).compute(**options), want)
                except AssertionError as error:
                    raise AssertionError(f"{name} with {options}: {error}") from None
    library.engine.cache_clear()


@pytest.mark.parametrize("blocksizes", [(1, 31), pytest.param((2, 7, 16, 200), marks=pytest.mark.slow)])
def test_one_answer_optimised_or_not_under_each_scheduler_at_every_block_size(tmp_path, monkeypatch, blocksizes):
    path = tmp_path / "t.csv"
    path.write_text(
        as_text([("k", "1.5", "1", '"a\nb"'), ("", "", "2", "x"), ('"m\nn"', "3", "3", ""), ("k", "7", "8", "y")] * 3), newline=""
    )
    whole = pd.read_csv(path, low_memory=False)
    for blocksize in blocksizes:
        df = lf.read_csv(path, blocksize=blocksize)
        for optimised in (True, False):
            with monkeypatch.context() as patch:
                if not optimised:
                    patch.setattr("lazyframe.run.optimize", lambda plan: plan)
                for scheduler in SCHEDULERS:
                    got = lf.compute([query(df) for query in TEXT_QUERIES.values()], scheduler=scheduler)[0]
                    for answer, query in zip(got, TEXT_QUERIES.values(), strict=True):
                        assert_same(answer, query(whole))


# ---- lazy


def test_nothing_runs_until_asked(tmp_path, monkeypatch):
    path = tmp_path / "t.csv"
    path.write_text(as_text([("k", "1.5", "1", "x"), ("l", "2", "7", "y")]))
    df = lf.read_csv(path)

    def refuse(*arguments, **options):
        raise AssertionError("something ran")

    monkeypatch.setattr("lazyframe.run.execute", refuse)
    path.unlink()
    for query in TEXT_QUERIES.values():
        built = query(df)
        assert repr(built)
        assert isinstance(built, lf.Scalar) or built._repr_html_()
    df["z"] = df.n * 2
    assert list(df.columns) == ["k", "x", "n", "free", "z"]
    df.groupby("k").z.sum().max().explain()
    with pytest.raises(AssertionError, match="something ran"):
        df.n.sum().compute()


# ---- loud


def csv(folder, text, name="t.csv"):
    path = folder / name
    path.write_text(text, newline="")
    return str(path)


def test_no_file_matches(tmp_path):
    csv(tmp_path, "a\n1\n", "flights.csv")
    with pytest.raises(FileNotFoundError, match=r"no file matches .*fligths.*\. There is: .*flights\.csv"):
        lf.read_csv(str(tmp_path / "fligths.csv"))


def test_an_empty_file(tmp_path):
    with pytest.raises(lf.EmptyDataError, match=r"t\.csv"):
        lf.read_csv(csv(tmp_path, ""))


def test_a_column_that_does_not_exist(tmp_path):
    df = lf.read_csv(csv(tmp_path, "Origin,DepDelay\nEWR,1\n"))
    for wrong in (lambda: df.Orgin, lambda: df["Orgin"], lambda: df.groupby("Orgin"), lambda: df[["Orgin"]]):
        with pytest.raises(
            lf.ColumnNotFoundError, match=r"no column 'Orgin'. Did you mean 'Origin'\? The columns are: Origin, DepDelay"
        ):
            wrong()


def test_a_wrong_mask(tmp_path):
    df = lf.read_csv(csv(tmp_path, "a,b\n1,x\n2,y\n"))
    with pytest.raises(TypeError, match="a mask must be boolean; a is int64"):
        df[df.a]
    with pytest.raises(TypeError, match="does not fit its operands"):
        df[df.a > "x"]


@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_a_value_that_does_not_fit_a_given_dtype(tmp_path, scheduler):
    rows = [f"{n},{n}" for n in range(500)]
    rows[333] = "x1,333"
    df = lf.read_csv(csv(tmp_path, "a,b\n" + "\n".join(rows) + "\n"), dtype={"a": "int64"}, blocksize=256)
    assert df.b.sum().compute(scheduler=scheduler) == sum(range(500)), "an unused column is not parsed"
    with pytest.raises(
        lf.CSVError, match=r"t\.csv:335 \(record 334\), column a: 'x1' is not int64.*dtype=\{'a': 'str'\}"
    ) as caught:
        df.a.sum().compute(scheduler=scheduler)
    assert re.search(r"in task scan\+sum t\.csv\[\d.*:\d.*\]", "".join(caught.value.__notes__))


@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_a_wrong_guess_is_mended_with_one_warning(tmp_path, scheduler):
    rows = [f"{n},{n % 7}" for n in range(60_000)]
    rows[41_000] = "late,3"
    path = csv(tmp_path, "a,b\n" + "\n".join(rows) + "\n")
    df = lf.read_csv(path, sample=1000, blocksize="64KiB")
    assert df.dtypes["a"] == "int64"
    with pytest.warns(
        lf.DtypePromotionWarning, match=r"t\.csv:41002: 'late' in column a is not int64.*dtype=\{'a': 'str'\}"
    ) as caught:
        got = df.groupby("b").a.max().compute(scheduler=scheduler)
    assert len(caught) == 1
    assert_same(got, pd.read_csv(path, low_memory=False).groupby("b").a.max())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert df.a.nunique().compute(scheduler=scheduler) == 60_000


def test_a_file_that_changed_is_named(tmp_path):
    path = csv(tmp_path, "a,b\n1,2\n")
    df = lf.read_csv(path)
    csv(tmp_path, "a,b\n1,2\n3,4\n")
    with pytest.raises(lf.FileChangedError, match=r"t\.csv has changed since read_csv looked at it"):
        df.a.sum().compute()


def test_an_unknown_argument_names_the_nearest(tmp_path):
    with pytest.raises(TypeError, match="parse_dates"):
        lf.read_csv(csv(tmp_path, "a\n1\n"), parse_date=["a"])


# ---- bounded memory


_PEAK = """
import sys
import lazyframe as lf

df = lf.read_csv(sys.argv[1], dtype={"TailNum": object, "CRSElapsedTime": float, "Cancelled": bool})
df[~df.Cancelled].groupby("Origin").DepDelay.mean().max().compute()
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def peak_megabytes(pattern):
    done = subprocess.run([sys.executable, "-c", _PEAK, pattern], capture_output=True, text=True, check=True)
    return int(done.stdout) / 1000


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from /proc")
def test_memory_does_not_grow_with_the_input(tmp_path, flights_folder):
    files = sorted(flights_folder.glob("*.csv"))
    for copies in (40, 160):
        folder = tmp_path / str(copies)
        folder.mkdir()
        for copy in range(copies):
            for path in files:
                (folder / f"{path.stem}.copy{copy}.csv").symlink_to(path.resolve())
    small, large = peak_megabytes(str(tmp_path / "40" / "*.csv")), peak_megabytes(str(tmp_path / "160" / "*.csv"))
    assert small <= 300
    assert large <= 1.1 * small


def test_an_aggregate_holds_a_few_batches(tmp_path):
    """The small form of the test above: 30 MB of text, of which never more than a third is held."""
    import tracemalloc

    line = "abcdefgh,12345,1.25\n"
    path = csv(tmp_path, "k,n,x\n" + line * 1_500_000)
    df = lf.read_csv(path)
    query = df.groupby("k").x.sum()
    query.compute(scheduler="sync")
    tracemalloc.start()
    assert query.compute(scheduler="sync").tolist() == [1.25 * 1_500_000]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < Path(path).stat().st_size / 3

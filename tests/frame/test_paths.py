"""The column of paths: of categories, in every operation what pandas makes of one."""

from __future__ import annotations

import io

import pandas as pd
import pytest
from oracle import assert_same

import lazyframe as lf

FILES = {"f2.csv": "a,b\n1,x\n2,y\n", "f10.csv": "b,a\nz,3\nx,4\nx,5\n", "f11.csv": "a,b\n", "f3.csv": "a\n6\n"}
ORDER = ["f2.csv", "f3.csv", "f10.csv", "f11.csv"]
TEXT = "a,b\n1,x\n2,y\n6,\n3,z\n4,x\n5,x\n"


@pytest.fixture
def folder(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.fixture
def frame(folder):
    paths = [str(folder / name) for name in ORDER]
    frame = pd.read_csv(io.StringIO(TEXT))
    return frame.assign(path=pd.Categorical.from_codes([0, 0, 1, 2, 2, 2], paths))


@pytest.fixture(params=[1, None])
def df(request, folder):
    with pytest.warns(lf.SchemaDriftWarning):
        return lf.read_csv(folder / "*.csv", include_path_column=True, blocksize=request.param)


OPERATIONS = {
    "frame": lambda df: df,
    "series": lambda df: df.path,
    "head": lambda df: df[df.a > 1].head(2),
    "filter": lambda df: df[df.path.str.endswith("f10.csv")],
    "filter on nothing": lambda df: df[df.path == "none"],
    "isin": lambda df: df[df.path.isin([])],
    "group": lambda df: df.groupby("path").a.sum(),
    "group with another": lambda df: df.groupby(["path", "b"]).a.mean(),
    "group by another first": lambda df: df.groupby(["b", "path"]).a.count(),
    "group unsorted": lambda df: df.groupby("path", sort=False).a.max(),
    "group as column": lambda df: df.groupby("path", as_index=False).a.max(),
    "group of a filter": lambda df: df[df.a > 2].groupby("path").size(),
    "count": lambda df: df.groupby("b").path.count(),
    "distinct": lambda df: df.groupby("b").path.nunique(),
    "text": lambda df: df.path.astype(str),
    "name of the file": lambda df: df.assign(file=df.path.str[-7:])[["file", "a"]],
    "all columns counted": lambda df: df.count(),
    "distinct in all": lambda df: df.path.nunique(),
    "sorted": lambda df: df.sort_values(["path", "a"], ascending=False),
    "replaced": lambda df: df.path.where(df.a > 2),
    "groups as rows": lambda df: df.groupby("path").a.sum().reset_index(),
    "values counted": lambda df: df.path.astype(str).value_counts(),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_as_pandas(name, df, frame):
    operation = OPERATIONS[name]
    assert_same(operation(df).compute(), operation(frame))


@pytest.mark.parametrize("name", ["frame", "group", "filter"])
def test_in_other_processes(name, df, frame):
    assert_same(OPERATIONS[name](df).compute(scheduler="processes"), OPERATIONS[name](frame))


@pytest.mark.parametrize(
    "operation", [lambda df: df.path.max(), lambda df: df.path < "x", lambda df: df.path + "x", lambda df: df.path.sum()]
)
def test_what_pandas_refuses_is_refused_where_it_is_written(operation, df, frame):
    with pytest.raises(TypeError):
        operation(frame)
    with pytest.raises(TypeError, match="path"):
        operation(df)


def test_the_schema_knows_it(df, frame):
    assert dict(df.dtypes)["path"] == frame.path.dtype
    assert "path  category" in repr(df)
    assert list(df.columns) == ["a", "b", "path"]


def test_another_name_and_other_arguments(folder):
    df = lf.read_csv(folder / "f2.csv", include_path_column="file", usecols=["b"], nrows=1)
    got = df.compute()
    assert list(got.columns) == ["b", "file"]
    assert got.file.tolist() == [str(folder / "f2.csv")]


def test_categories_that_do_not_occur_are_counted_of_gathered_rows(df, frame):
    assert_same(df.path.value_counts().compute(), frame.path.value_counts())
    assert_same(df.groupby("path", observed=False).a.sum().compute(), frame.groupby("path", observed=False).a.sum())


def test_distinct_values(df, frame):
    assert df.path.unique().compute().equals(frame.path.unique())


def test_a_file_given_twice_is_one_path(folder):
    path = str(folder / "f2.csv")
    got = lf.read_csv([path, path], include_path_column=True).path.compute()
    assert got.tolist() == [path] * 4
    assert list(got.cat.categories) == [path]


def test_mistakes(folder):
    path = folder / "f2.csv"
    with pytest.raises(ValueError, match=r"have a column 'a' of their own\. Pass a name for the paths: include_path_column='a_'"):
        lf.read_csv(path, include_path_column="a")
    with pytest.raises(TypeError, match="pass True, or the name"):
        lf.read_csv(path, include_path_column=3)

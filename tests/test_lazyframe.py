"""The package itself: its names are there when they are asked for, and to import it costs next to nothing."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys

import pandas as pd
import pytest

import lazyframe as lf


def run(program: str) -> str:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout


def test_importing_it_loads_none_of_what_it_stands_on():
    program = "import lazyframe, sys; print(sorted({'pandas', 'numpy', 'pyarrow', 'fsspec'} & sys.modules.keys()))"
    assert run(program) == "[]\n"


def test_the_first_name_brings_all_of_them():
    program = "import lazyframe as lf; lf.read_csv; print(set(lf.__all__) <= set(vars(lf)))"
    assert run(program) == "True\n"


def test_names_are_those_that_are_listed():
    assert set(dir(lf)) == {*lf.__all__, "__version__"}
    assert len(lf.__all__) == len(set(lf.__all__))
    for name in lf.__all__:
        assert getattr(lf, name) is not None
    names: dict[str, object] = {}
    exec("from lazyframe import *", names)
    assert set(lf.__all__) <= set(names)


def test_the_version_is_that_which_was_installed():
    assert lf.__version__ == importlib.metadata.version("lazyframe-csv")


def test_functions_and_values_of_pandas_are_found_by_their_names():
    assert lf.Timestamp is pd.Timestamp
    assert lf.concat([pd.Series([1]), pd.Series([2])]).tolist() == [1, 2]


@pytest.mark.parametrize("name", ["read_cvs", "DataFrames", "_private", "nowhere"])
def test_a_name_that_is_not_there_is_an_error_that_names_it(name):
    with pytest.raises(AttributeError, match=name):
        getattr(lf, name)
    with pytest.raises(ImportError, match=name):
        exec(f"from lazyframe import {name}", {})


def test_names_of_libraries_that_are_like_it_say_what_to_write():
    with pytest.raises(AttributeError, match="read_csv"):
        _ = lf.scan_csv
    with pytest.raises(AttributeError, match="read_csv"):
        _ = lf.read_cvs

"""The examples: the same code with pandas and with lazyframe, at two block sizes, has the same results."""

from __future__ import annotations

import importlib.util
import sys
import warnings
from pathlib import Path

import pandas as pd
import pytest
from oracle import assert_same

import lazyframe as lf

FOLDER = Path(__file__).parent.parent / "examples"
NAMES = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "data")


@pytest.fixture(scope="module")
def data():
    """The module of the examples' data, under the name by which they import it."""
    spec = importlib.util.spec_from_file_location("data", FOLDER / "data.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "data", module)
        yield module


def analysis_of(name):
    spec = importlib.util.spec_from_file_location(f"example_{name}", FOLDER / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.analysis


def test_there_is_an_example_for_each_data_set(data):
    assert sorted(data.WRITERS) == NAMES
    assert len(NAMES) >= 10


@pytest.mark.parametrize("name", NAMES)
def test_the_results_are_those_of_pandas(name, data, tmp_path):
    folder, analysis = data.write(name, tmp_path / name), analysis_of(name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of columns that a later file changes
        want = analysis(pd, folder)
        for size in ("32MiB", "100kB"):
            with lf.config.set(blocksize=size):
                got = data.computed(lf, analysis(lf, folder))
            assert list(got) == list(want)
            for title, result in want.items():
                try:
                    assert_same(got[title], result)
                except AssertionError as error:
                    raise AssertionError(f"{title}, blocks of {size}: {error}") from None


@pytest.mark.parametrize("name", NAMES)
def test_it_opens_as_a_notebook(name):
    text = (FOLDER / f"{name}.py").read_text("utf-8")
    assert text.startswith("# %% [markdown]\n# # ")
    assert text.count("\n# %%\n") >= 3
    assert 60 <= text.count("\n") <= 150

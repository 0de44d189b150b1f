"""The notebooks run from top to bottom on the real data."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import nbclient
import nbformat
import pytest

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.fixture(scope="session")
def flights(tmp_path_factory):
    """A folder with data/nycflights in it, made if the project's own folder does not have it."""
    home = tmp_path_factory.mktemp("home")
    target = home / "data" / "nycflights"
    made = ROOT / "data" / "nycflights"
    if made.is_dir():
        shutil.copytree(made, target)
    else:
        subprocess.run([sys.executable, ROOT / "scripts" / "prep_flights.py", "--out", target], check=True)
    return home


def one(path):
    return pytest.param(path, id=path.stem, marks=[pytest.mark.slow] if path.stem == "distributed" else [])


@pytest.mark.parametrize("path", [one(notebook) for notebook in NOTEBOOKS])
def test_the_notebook_runs(path, flights):
    notebook = nbformat.read(path, as_version=4)
    nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(flights)}}).execute()
    assert all(cell.execution_count for cell in notebook.cells if cell.cell_type == "code")


def test_there_is_a_notebook():
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_notebook_has_its_outputs(path):
    """Somebody who reads it on a page sees what it gives; after a change of it, run all cells and save."""
    code = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in code)
    assert sum(bool(cell.outputs) for cell in code) > len(code) / 2
    assert not any(output.output_type == "error" for cell in code for output in cell.outputs)

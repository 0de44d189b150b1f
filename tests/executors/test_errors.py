"""What is raised of a task that failed."""

from __future__ import annotations

import pickle

import pytest

from lazyframe.executors.errors import OutOfMemoryError, located


def test_an_error_stays_itself_and_says_which_task_it_was():
    error = ZeroDivisionError("by zero")
    assert located(error, "scan a.csv[0:32MiB]") is error
    assert (str(error), error.__notes__) == ("by zero", ["in task scan a.csv[0:32MiB]"])


def test_one_that_says_so_already_says_both():
    error = located(located(ValueError("x"), "inner"), "outer")
    assert error.__notes__ == ["in task inner", "in task outer"]


@pytest.mark.parametrize(("said", "shown"), [("", ""), ("malloc of size 8 failed.", " (malloc of size 8 failed)")])
def test_memory_that_ran_out_is_said_with_what_to_do(said, shown):
    given = MemoryError(said)
    given.add_note("seen before")
    error = located(given, "scan a.csv")
    assert type(error) is OutOfMemoryError
    assert isinstance(error, MemoryError)
    assert str(error).startswith(f"memory ran out in the task 'scan a.csv'{shown}. Run fewer tasks")
    assert all(word in str(error) for word in ("num_workers=", "blocksize=", "to_parquet"))
    assert error.__cause__ is given
    assert error.__notes__ == ["seen before", "in task scan a.csv"]


def test_memory_that_ran_out_in_a_task_of_a_task_is_explained_once():
    inner = located(MemoryError(), "inner")
    outer = located(inner, "outer")
    assert outer is inner
    assert "'inner'" in str(outer)
    assert outer.__notes__ == ["in task inner", "in task outer"]


def test_it_goes_to_another_process():
    error = located(MemoryError("x"), "scan a.csv")
    sent = pickle.loads(pickle.dumps(error))
    assert (type(sent), str(sent)) == (OutOfMemoryError, str(error))

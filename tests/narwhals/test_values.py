"""Columns, and single values, which stand for columns wherever there are some."""

from __future__ import annotations

import pytest

nw = pytest.importorskip("narwhals")

from narwhals._utils import Version  # noqa: E402
from plugged import FRAME  # noqa: E402

import lazyframe as lf  # noqa: E402
from lazyframe.narwhals.namespace import Namespace  # noqa: E402
from lazyframe.narwhals.values import each, namespace, row  # noqa: E402

DF = lf.from_pandas(FRAME, npartitions=3)


def test_the_functions_are_those_of_the_version_that_is_asked_for() -> None:
    assert type(namespace(Version.V1)) is Namespace
    assert namespace(Version.V1)._version is Version.V1


def test_single_values_are_a_frame_of_one_row() -> None:
    made = row([DF.i.max(), 5, "text"])
    assert type(made) is lf.DataFrame
    assert made.compute(scheduler="sync").values.tolist() == [[9, 5, "text"]]


def test_a_function_of_columns_gets_columns() -> None:
    found = each(DF.i, lambda column, other: column + other, DF.j)
    assert type(found) is lf.Series
    assert found.compute(scheduler="sync").tolist() == (FRAME.i + FRAME.j).tolist()


@pytest.mark.parametrize("other", [DF.j.min(), 3])
def test_a_single_value_beside_a_column_stays_one(other: object) -> None:
    seen = []
    found = each(DF.i, lambda column, value: seen.append(type(value)) or column + value, other)
    assert type(found) is lf.Series
    assert seen == [type(other)]


def test_a_function_of_columns_takes_single_values_too() -> None:
    found = each(DF.x.max(), lambda column, other: column.fillna(0).round(0) * other, DF.i.min())
    assert type(found) is lf.Scalar
    assert found.compute(scheduler="sync") == 7.0
    assert each(DF.k.min(), lambda column: column.str.upper()).compute(scheduler="sync") == "A"

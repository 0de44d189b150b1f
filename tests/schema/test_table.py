from __future__ import annotations

from lazyframe.schema import (
    Field,
    Schema,
    dtype_named,
)

INT, FLOAT, BOOL, STR, DATE = map(dtype_named, ("int64", "float64", "bool", "str", "datetime64[us]"))


def test_schemas_give_dtypes_by_name():
    schema = Schema.of([("x", INT), (1, FLOAT), (("a", "b"), BOOL)], index=[("k", STR)])
    assert schema.names == ("x", 1, ("a", "b"))
    assert schema[("a", "b")] == BOOL
    assert 1 in schema
    assert "k" not in schema
    assert len(schema) == 3
    assert next(iter(schema)) == Field("x", INT)


def test_a_column_of_a_wide_frame_is_found_without_a_search():
    compared = []

    class Name(str):
        def __eq__(self, other):
            compared.append(other)
            return str(self) == str(other)

        __hash__ = str.__hash__

    schema = Schema.of((Name(f"c{number}"), dtype_named("int64")) for number in range(1000))
    assert all(f"c{number}" in schema and schema[f"c{number}"].name == "int64" for number in range(1000))
    assert len(compared) < 10_000
    assert [] not in schema
    assert "d" not in schema


def test_of_two_columns_of_one_name_the_first_is_found():
    assert Schema.of([("a", dtype_named("int64")), ("a", dtype_named("bool"))])["a"].name == "int64"

"""Expressions: what each states of its dtype, how it reads, and what is said of a mistake."""

from __future__ import annotations

import pytest
from oracle import NAN

from lazyframe.expr import Call, Checked, Column, Keywords, Literal, Reduction, checked
from lazyframe.schema import OBJECT_BOOL, Schema, as_dtype, dtype_named


def test_the_dtype_of_an_expression_is_stated_before_it_is_computed():
    schema = Schema.of([("i", dtype_named("int64")), ("t", dtype_named("datetime64[us]")), ("b", dtype_named("bool"))])
    i, t, b = Column("i"), Column("t"), Column("b")
    assert str(Call("add", (i, Literal(1.5))).dtype(schema)) == "float64"
    assert str(Call("dt.year", (t,)).dtype(schema)) == "int32 (float64 if the data ask for it)"
    assert str(Call("floordiv", (i, i)).dtype(schema)) == "int64 (float64 if the data ask for it)"
    assert str(Call("where", (i, b, Literal(NAN))).dtype(schema)) == "int64 (float64 if the data ask for it)"
    unsettled = Call("where", (b, b, Literal(NAN))).dtype(schema)
    assert unsettled.otherwise == OBJECT_BOOL
    assert (
        str(Call("fillna", (Call("where", (b, b, Literal(NAN))), Literal(False))).dtype(schema))
        == "bool (object if the data ask for it)"
    )
    assert Reduction("mean", i).dtype(schema, grouped=True) == dtype_named("float64")
    assert str(Reduction("max", i).dtype(schema, grouped=False)) == "int64 (float64 if the data ask for it)"
    assert Reduction("size", None).dtype(schema, grouped=True) == dtype_named("int64")


def test_labels_read_like_the_line_that_was_written():
    x, y = Column("x"), Column("y")
    assert Call("and_", (Call("gt", (x, Literal(1))), Call("invert", (y,)))).label() == "(x > 1) & (~y)"
    assert Call("dt.year", (x,)).label() == "x.dt.year"
    assert Call("str.contains", (x, Literal("a"), Literal(Keywords((("na", False),))))).label() == "x.str.contains('a', na=False)"
    assert Call("isin", (x, Literal((1, 2)))).label() == "x.isin([1, 2])"
    assert len(Literal("a" * 100).label()) == 60
    assert Call("add", (x, Call("mul", (y, x)))).columns() == ("x", "y")


def test_messages_of_type_errors_name_the_columns_and_their_dtypes():
    schema = Schema.of([("when", dtype_named("datetime64[us]")), ("name", dtype_named("str")), ("flag", OBJECT_BOOL)])
    with pytest.raises(TypeError, match=r"when \+ name does not fit its operands: when \(datetime64\[us\]\), name \(str\)"):
        Call("add", (Column("when"), Column("name"))).dtype(schema)
    with pytest.raises(TypeError, match=r"sum of name \(str\) is not offered.*dtype= or na_values= to read_csv"):
        Reduction("sum", Column("name")).dtype(schema, grouped=False)
    with pytest.raises(TypeError, match="booleans with missing values go with booleans only"):
        Call("and_", (Column("flag"), Literal(2))).dtype(schema)
    maybe = Call("where", (Call("eq", (Column("name"), Literal("a"))), Call("eq", (Column("name"), Literal("a"))), Literal(NAN)))
    with pytest.raises(TypeError, match="not offered for objects"):
        Call("truediv", (Literal(1), maybe)).dtype(schema)
    with pytest.raises(TypeError, match="is not a dtype that lazyframe has"):
        as_dtype("float16")


def test_arithmetic_that_may_be_of_floats_is_checked():
    schema = Schema.of([("i", dtype_named("int64")), ("t", dtype_named("datetime64[us]"))])
    year, i = Call("dt.year", (Column("t"),)), Column("i")
    for operation in ("add", "sub", "mul", "pow"):
        open_ended = Call(operation, (year, Literal(2)))
        assert type(checked(open_ended, open_ended.dtype(schema))) is Checked
        assert checked(open_ended, open_ended.dtype(schema)).label() == open_ended.label()
        settled = Call(operation, (i, Literal(2)))
        assert checked(settled, settled.dtype(schema)) is settled
    divided = Call("floordiv", (year, Literal(2)))
    assert checked(divided, divided.dtype(schema)) is divided

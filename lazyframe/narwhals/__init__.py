"""A plugin of narwhals, by which libraries written for any frame take ours: ``narwhals.from_native(df)`` is a ``LazyFrame``.

narwhals finds it by its entry point, and asks it about each object that it does not know: so nothing is imported here before
one of ours has come. What it translates to is what users write: each expression of narwhals is a function from a frame to columns
(`lazyframe.Series`) or single values (`lazyframe.Scalar`), and nothing runs before ``collect``.

See docs/decisions/0079-narwhals-is-a-plugin.md.
"""

from __future__ import annotations

from typing import Any

NATIVE_PACKAGE = "lazyframe"


def is_native(native_object: object, /) -> bool:
    """Whether it is a lazy frame of ours; columns are not, for narwhals has no lazy ones."""
    import lazyframe

    return isinstance(native_object, lazyframe.DataFrame)


def __narwhals_namespace__(version: Any) -> Any:  # the name is narwhals'
    """The functions of narwhals, over lazy frames."""
    from lazyframe.narwhals.namespace import Namespace

    return Namespace(version=version)

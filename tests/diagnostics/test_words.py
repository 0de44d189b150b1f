from __future__ import annotations

from lazyframe.diagnostics.words import seconds, size, table


def test_seconds():
    assert [seconds(t) for t in (0, 2e-6, 6.7e-5, 0.0123, 0.9999, 3.21, 1234.5)] == [
        "0 ms", "0.002 ms", "0.067 ms", "12.3 ms", "1 s", "3.21 s", "1,234 s",
    ]  # fmt: skip


def test_size():
    assert [size(n) for n in (0, 999, 1000, 31_400_000, 2.5e12)] == ["0 bytes", "999 bytes", "1 kB", "31.4 MB", "2.5 TB"]


def test_table():
    assert table([("stage", "n"), ("a", "1,000")]) == ["stage      n", "a      1,000"]

from __future__ import annotations

from lazyframe.csv.text.storage import ENDLESS, File


def test_a_file_can_be_divided_where_any_part_of_its_text_can_be_had() -> None:
    assert File("a.csv", 10).end == 10
    assert File("a.csv.gz", 10, compression="gzip").end == ENDLESS
    assert not File("http://x/a.csv", 10, ranged=False).divisible


def test_the_label_is_the_last_part_of_the_path() -> None:
    assert [File(path, 0).label for path in ("a.csv", "x/a.csv", "s3://b/k.csv", "c:\\x\\a.csv")] == ["a.csv"] * 2 + [
        "k.csv",
        "a.csv",
    ]

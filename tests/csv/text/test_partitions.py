from __future__ import annotations

from lazyframe.csv.text.files import File
from lazyframe.csv.text.partitions import PACK, Range, partitions_of


def test_large_files_are_cut_and_small_ones_put_together() -> None:
    sizes = [10, 20, 3 * PACK, 30, 40]
    files = [File(f"{number}.csv", size, 0) for number, size in enumerate(sizes)]
    found = partitions_of(files, 2 * PACK, None)
    assert [[(r.file, r.start, r.stop) for r in p.ranges] for p in found] == [
        [(0, 0, 10), (1, 0, 20)],
        [(2, 0, 2 * PACK)],
        [(2, 2 * PACK, 3 * PACK)],
        [(3, 0, 30), (4, 0, 40)],
    ]
    assert [p.label for p in found] == ["2 files from 0.csv", "2.csv[0:8MiB]", "2.csv[8MiB:12MiB]", "2 files from 3.csv"]
    assert [p.index for p in found] == [0, 1, 2, 3]


def test_the_first_records_are_one_partition() -> None:
    (found,) = partitions_of([File("a.csv", 10, 0), File("b.csv", 99, 0)], 1, 5)
    assert found.ranges == (Range(0, 0, 10), Range(1, 0, 99))
    assert found.label == "first 5 records of a.csv"

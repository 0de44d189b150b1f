"""Rows regrouped: split where they are read, kept in memory or on disk, and collected again, bucket by bucket.

    task of a partition                          barrier                        task of a bucket
      batches -> Scatter.fold -> pieces  ──┐                                  ┌─ collect bucket 0 -> Work -> batches -> pipeline
                 in memory, or in the      ├─ manifests joined, and with them ┤
                 run's folder (Room)       │  the extents: what was assumed   ├─ collect bucket 1 -> ...
      batches -> Scatter.fold -> pieces  ──┘  of the source is verified       └─ ...

room.py      the folder of a run, and how many bytes may stay in memory
wire.py      columns as a record batch of Arrow's, and back, with all that pandas knows of them
pieces.py    rows that are somewhere: in memory or in a file
scatter.py   the sinks that split: `ByRange` into sorted runs, of which ranges are taken; `ByHash` into buckets
runs.py      a column's values in ascending order, on disk and by rank
ranked.py    a column of which only these are looked up, with the methods that pandas' has
apart.py     the sink of such columns: order statistics of all rows
source.py    the buckets as a source, whose partitions they are: what is above reads them as it reads files
groups.py    what gets all rows of each group as they are: methods of pandas
work.py      what is done to a bucket: Sorted, JoinedBuckets, FinishedBuckets
tasks.py     the barrier

Rows come together in the order in which they were read, so that pandas' stable sorting sees what it would have seen. What is
made of buckets by hash is in no order: the columns that say which it would be go with it, and it is split once more, by these.

See docs/decisions/0076-rows-that-meet-are-exchanged.md and docs/decisions/0082-rows-that-meet-by-hash.md.
"""

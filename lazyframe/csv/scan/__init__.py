"""Reading one partition: chunks of whole records, the engines in turn, columns of the frame, and where something is wrong.

Handed in: a frozen `ScanSpec`, a partition, the columns that are wanted, a predicate. Handed on: record batches, and the
extent that was read; or a `Replan`, where the data are otherwise than the spec says. A scan never learns: whoever made the
spec does.
"""

"""Reading CSV as pandas reads it, in byte ranges.

The stages, in the order a query meets them:

==============  =====================================================================================
`dialect`       how the text is written; the check of arguments
`find`          finding files
`storage`       where their text comes from: disks, memory, servers, compressed files, archives
`fixed`         fields at fixed places of a line, made plain CSV
`files`         reading it in chunks of whole records
`records`       where records start
`headers`       the columns of all files, matched by name;  `levels`  names of several lines
`sample`        one header, and the kinds of text in pieces of the files
`infer`         the dtype that pandas gives to such kinds
`dates`         columns of dates
`columns`       a column of the frame, and what is known of it
`partitions`    what one task reads
`source`        `CSVSource`: what the input is taken to be; its revisions
`bad_lines`     what becomes of records with too many fields;  `lines`  line numbers
`scan`          `Reader`: one partition, by the engine that was chosen
`rejected`      the bad lines as a source of their own
`late`          text that is made only for the rows that pass the predicate
`layout`        what an engine is told, and what it answers
`_native`       the engine that is compiled, and outruns the others
`_pyarrow`      the engine where nothing was compiled
`_pandas`       the clear engine, and the judge
==============  =====================================================================================
"""

from __future__ import annotations

from lazyframe.csv.errors import (
    CSVError,
    DialectWarning,
    DtypePromotionWarning,
    EmptyDataError,
    FileChangedError,
    NoFilesError,
    SchemaDriftWarning,
    SlowEngineWarning,
)
from lazyframe.csv.source import CSVSource

__all__ = [
    "CSVError",
    "CSVSource",
    "DialectWarning",
    "DtypePromotionWarning",
    "EmptyDataError",
    "FileChangedError",
    "NoFilesError",
    "SchemaDriftWarning",
    "SlowEngineWarning",
]

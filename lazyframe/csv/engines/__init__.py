"""From whole records to arrays: three engines with one contract (`layout`), the fastest first, pandas the judge.

Handed in: the bytes of whole records, and a `Layout`. Handed on: an array for each wanted column; or `Rejected` ("ask another
engine"), `TypeMismatches` ("the text is not what the layout says"), `BadText`. An engine may assume that records are whole,
and nothing else.
"""

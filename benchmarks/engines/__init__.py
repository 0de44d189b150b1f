"""The queries in each library: one module a library, with a class `Engine` of one method a query.

An engine is made with the path of the data, which may be a glob, and its own options; that reads nothing. A method
reads the files and returns the answer as the library holds it in memory: a number, or a frame of its own kind whose
columns (or index and columns) stand in the order of `Query.keys` and `Query.values`. Rows may come in any order.
"""

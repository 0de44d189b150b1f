"""From texts to dtypes: which one pandas gives a column of such texts, and the values of a column in it.

Handed in: texts, with a dictionary or without. Handed on: kinds of text, dtypes, arrays, and what does not fit. Nothing here
looks for fields; texts are those of one column.
"""

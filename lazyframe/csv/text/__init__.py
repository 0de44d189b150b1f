"""The text of files: where it comes from, in what order, and where records and lines begin in it.

Handed in: paths, patterns, URLs, open files. Handed on: `File`, windows on text, places of records and lines, partitions.
Nothing here knows how fields are written beyond quotes and a separator, or what they mean. What is read may be remote,
compressed, or in another code; whoever is above sees plain bytes of UTF-8.
"""

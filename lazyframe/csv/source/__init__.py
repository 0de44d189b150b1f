"""The source: opens files, keeps what is known of them, and plans anew when a scan finds otherwise.

Handed in: what the user wrote. Handed on: a `CSVSource`, which keeps the contract of `lazyframe.sources.Source`.
"""

"""What the files are taken to be, before they are read: headers, separators, kinds of text in a sample, columns.

Handed in: files and options. Handed on: columns with what is known of them, and how to say what turns out to be otherwise.
All of it is a guess until everything was read.
"""

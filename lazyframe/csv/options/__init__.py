"""What the user said: arguments of pandas, checked as pandas checks them, and what they come to.

Handed in: the arguments of ``read_csv``. Handed on: a `Dialect` (how text is written), the policy for bad lines, which fields
have names and which are the index. Nothing here has seen a file; whoever is above may take what it is given for right.
"""

"""Something to look at: listeners to what executors tell (`executors.events`), and the pictures they draw.

query.py     what the user asked for, around the runs that it takes
progress.py  one bar for a run that takes its time
"""

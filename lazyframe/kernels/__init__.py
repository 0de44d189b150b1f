"""What a task does to a batch, in the order a batch meets it.

``columns``
    the batch as numpy views
``evaluate``
    expressions over it
``group``, ``reduce``
    groups of equal keys, and the three phases of each reduction
``sinks``
    the end of a pipeline: aggregate, or keep rows
"""

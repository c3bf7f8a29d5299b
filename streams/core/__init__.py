"""The pure core: windows, subjects, deadlines, judging and folding, as functions of their arguments alone.

``step(state, input, rules)`` and ``judge(state, at, rules)`` serve the live stream, the replay and the bulletin alike.
It imports no Faust, no Kafka, no clock, no I/O and no randomness; all times are integer milliseconds UTC.
"""

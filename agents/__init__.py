"""The Faust agents, about twenty lines each: a batch comes in, the core folds it, transitions go out.

An agent only wires topics to the core and to the sinks. It holds no rule, no window and no delivery logic.
"""

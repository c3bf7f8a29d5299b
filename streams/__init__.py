"""The log around the pure core: topics, state store, clock, replay, the embedded broker and the Faust application.

It carries observations to the core and transitions away from it. It holds no rule, and it is not where alerts are
routed (``alerts``) or where agents are declared (``agents``).
"""

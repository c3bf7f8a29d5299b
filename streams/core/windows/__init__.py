"""The windows: how each kind of rule looks back from an instant.

Each module offers a frozen `Terms` (the rule's parameters at an instant) and two pure functions over a `View`:
`judge(view, at, terms)` gives the answer, and `next_after(view, at, terms)` the first instant after `at` at which the
answer may differ if no other fact comes in; too early an instant is harmless, too late a one is a defect.
"""

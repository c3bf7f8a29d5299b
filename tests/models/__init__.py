"""Naive models of the rules, and machines that hold the core against them.

A model is written from the clause and the pack's parameters. It knows every fact that was ever observed, goes
through all of them at each question, and keeps nothing between two; so it is slow, short, and wrong in other ways than
the core.
"""

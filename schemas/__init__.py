"""What the data is: observations, registry, rules, judgements, transitions, alerts and aggregates, as typed models.

The one vocabulary of the product, and the one tree of its errors (``schemas.errors``). It holds no behaviour beyond
validation, reads no file but its own catalogue of texts (``schemas.texts``), speaks to no broker and imports nothing
else of ours.
"""

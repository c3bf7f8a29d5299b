"""The law as data: dated indicators, rule packs by place and year, and working-day calendars, with what loads them.

Every threshold, edge and point value lives in this package's YAML beside its clause, source and validity. It decides
nothing about a subject: that is ``streams.core``.
"""

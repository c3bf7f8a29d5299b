"""What becomes of a quarter: scores, grades, and the bulletin as page, Word and Excel.

It counts and renders judgements that it is given. It does not judge, and it does not read the log.
"""

"""What anybody may send, hand in or write: nothing crashes, and all is accounted for.

`make fuzz` searches by coverage, `make fuzz ARGS="--events 1000000"` by sheer number. It is a search, not a proof, and
not part of `make test`; that tests a few thousand of the same.
"""

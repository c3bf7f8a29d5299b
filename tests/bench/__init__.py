"""`make bench`: a naive Faust program and a Xuncha worker on the same machine, broker and input. Asserts nothing."""

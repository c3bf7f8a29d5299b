"""`make bench-faust`: a naive Faust program and a Xuncha worker on the same machine and input. Asserts nothing."""

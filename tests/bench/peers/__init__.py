"""`make bench`: Xuncha beside other stream processors, on the same machine, broker, small rule and input."""

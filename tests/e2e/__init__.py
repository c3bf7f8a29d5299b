"""End to end: the product as people and programs meet it, started as a process, on the embedded broker."""

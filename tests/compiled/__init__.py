"""The compiled core: that it is what runs, and that it says what the sources say. `make test-fast` runs these."""

"""The broker: the embedded one as a child process, and how to read any broker's partition to its end."""

"""The command line, as a person runs it: real brokers, real sockets, real files."""

"""`xuncha up`: broker, journal, worker, intake and receiver in one command, with or without the demo quarter."""

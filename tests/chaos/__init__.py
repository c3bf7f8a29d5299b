"""Chaos: workers, broker, network and receivers under a seeded plan of faults, against the run without any."""

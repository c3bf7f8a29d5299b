"""The log and what stands on it: windows, judging, brokers, the journal, the agents' shell."""

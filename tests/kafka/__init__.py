"""Worker processes on Apache Kafka: killed, frozen, rebalanced, and in the end what the replay says."""

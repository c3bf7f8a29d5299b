"""Sending events by hand: reading them from files, checking them, and handing them to the intake or to Kafka."""

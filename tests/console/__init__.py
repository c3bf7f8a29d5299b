"""What people touch: commands, logs, and all of it put together."""

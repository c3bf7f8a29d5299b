"""The laws of the core, each a property."""

"""The log around the core: reading records in, keeping state, sending what comes of them. No rule is known here."""

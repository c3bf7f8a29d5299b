"""The agent that tells the units: transitions in, alerts and webhooks out."""

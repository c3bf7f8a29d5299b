"""What makes observations, and reads the registry."""

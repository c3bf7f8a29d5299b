"""What makes observations: probes, column watchers, feeds, files, and the HTTP intake.

An observer says what it saw and when. It does not say whether that complies with a rule.
"""

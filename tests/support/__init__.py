"""What several tests share: real brokers on free ports, clocks that are handed in, builders of observations."""

"""What becomes of a transition: episodes, routing, delivery, and the metrics that tell how delivery fares.

It turns transitions into messages that reach the right unit once. It judges nothing, and it never changes what the
core said.
"""

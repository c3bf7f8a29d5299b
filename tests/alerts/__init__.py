"""What becomes of a transition, tested on real sockets and real rules."""

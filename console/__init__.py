"""What people touch: the command line, the web pages and the read API.

It shows and starts what the other packages do. It holds no rule and keeps no state of its own.
"""

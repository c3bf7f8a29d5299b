"""`python -m console` is `xuncha`."""

from console.cli import main

main()

"""`python -m server` is `wismo`."""

from server.cli import main

main()

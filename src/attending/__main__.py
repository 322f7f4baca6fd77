"""Runs the command line: `python -m attending`."""

from attending.cli import main

main()

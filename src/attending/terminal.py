"""Tables out: as wide as the terminal, or of a fixed width where there is none."""

import sys

from rich.console import Console
from rich.table import Table

TABLE_WIDTH = 120
"""Characters of a table's line where there is no terminal."""


def print_table(table: Table) -> None:
    """Print a table to standard output."""
    Console(width=None if sys.stdout.isatty() else TABLE_WIDTH).print(table)

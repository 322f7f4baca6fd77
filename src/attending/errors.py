"""The one error that a user can mend; the command line shows it in one line and exits with 2."""


class InputError(ValueError):
    """What was given cannot be used.

    The message says what was expected, what came, where, and the next step. It never holds a note's text, a
    patient's identifier or a secret: counts, row numbers and file names are enough.
    """

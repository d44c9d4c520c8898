"""The tree of our own errors. Each message carries the offending value and says what to do.

AlintiError
├── UnreadableDocument      a file that no reader understands
│   └── EmptyDocument       a file that was read and holds no text
├── UnknownEncoder          a model that cannot be loaded
├── DimensionMismatch       vectors of two encoders met
├── StoreError              the data folder, the database or the index cannot be used
├── InvalidQuestionSet      a file of questions is not of SQuAD's format (question_sets.py)
├── CannotPlot              a figure cannot be written (bot/plot.py)
├── SettingsError           variables that cannot be used (bot/settings.py)
└── TokenRefused            Telegram does not know the token (bot/polling.py)

A programmer's mistake stays ValueError.
"""


class AlintiError(Exception):
    """An error whose message may be shown to a person as it is."""


class UnreadableDocument(AlintiError):
    """A file is no text that a reader understands."""


class EmptyDocument(UnreadableDocument):
    """A file was read and holds no text to quote."""


class UnknownEncoder(AlintiError):
    """A model name or folder from which no encoder could be loaded."""


class DimensionMismatch(AlintiError):
    """A vector came from another encoder than the index was built with."""


class StoreError(AlintiError):
    """The data folder or the database cannot be read or written."""


def in_one_line(error: BaseException) -> str:
    """Format an error in one line: its kind and the first line of its message."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__

"""The tree of our own errors. Each message carries the offending value and says what to do.

AlintiError
├── UnreadableDocument      a file that no reader understands
│   └── EmptyDocument       a file that was read and holds no text
├── UnknownEncoder          a model that cannot be loaded
├── DimensionMismatch       vectors of two encoders met
├── StoreError              the data folder, the database or the index cannot be used
├── CollectionFull          a collection would hold more than it may
├── InvalidQuestionSet      a file of questions is not of SQuAD's format (question_sets.py)
├── CannotPlot              a figure cannot be written (bot/plot.py)
├── SettingsError           variables that cannot be used (bot/settings.py)
└── TokenRefused            Telegram does not know the token (bot/polling.py)

A programmer's mistake stays ValueError.
"""

REASONS = (
    "damaged",  # its format is known, but its bytes are not what the format says
    "empty",  # no text to quote
    "encoding",  # the character encoding is not known
    "encrypted",  # a password is needed
    "kind",  # no reader for this kind of file
    "missing",  # there is no such file, or it may not be read
    "scanned",  # pages without text: pictures of a text
    "slow",  # not read within the time allowed
    "too_large",  # more text, pages, parts or memory than allowed
    "unsafe",  # an archive that tricks: climbing paths, symbolic links, a bomb
)
"""Why a file cannot be read. Each has its sentence in every language of the bot."""


class AlintiError(Exception):
    """An error whose message may be shown to a person as it is."""


class UnreadableDocument(AlintiError):
    """A file is no text that a reader understands.

    Args:
        message: See AlintiError.
        reason: Why, as a word of REASONS, for who says it in another language.
    """

    def __init__(self, message: str, reason: str = "damaged") -> None:
        super().__init__(message)
        self.reason = reason


class EmptyDocument(UnreadableDocument):
    """A file was read and holds no text to quote."""

    def __init__(self, message: str, reason: str = "empty") -> None:
        super().__init__(message, reason)


class UnknownEncoder(AlintiError):
    """A model name or folder from which no encoder could be loaded."""


class DimensionMismatch(AlintiError):
    """A vector came from another encoder than the index was built with."""


class StoreError(AlintiError):
    """The data folder or the database cannot be read or written."""


class CollectionFull(AlintiError):
    """A collection would hold more passages than it may; what was to be added is not there.

    Args:
        collection: Its name.
        most: Passages that it may hold.
    """

    def __init__(self, collection: str, most: int) -> None:
        super().__init__(
            f"{collection}: this collection may hold {most:,} passages. Remove something first"
        )
        self.most = most


def in_one_line(error: BaseException) -> str:
    """Format an error in one line: its kind and the first line of its message."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__

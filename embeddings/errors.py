"""Every error of our own. Each message carries the offending value and says what to do.

AlintiError
├── UnreadableDocument      a file that no reader understands
│   └── EmptyDocument       a file that was read and holds no text
├── UnknownEncoder          a model that cannot be loaded
├── DimensionMismatch       vectors of two encoders met
└── StoreError              the data folder or database cannot be used

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

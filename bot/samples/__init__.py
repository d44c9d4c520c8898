"""Documents to try the bot on, written for this project."""

from importlib.resources import as_file, files
from pathlib import Path

from embeddings.library import Library
from embeddings.readers import read_documents

SAMPLES = "samples"
"""The collection that holds them; searched only while nothing else has been added."""


def add_samples(library: Library) -> None:
    """Add the samples, where they are not in the library yet."""
    with as_file(files("bot.samples")) as folder:
        for file in sorted(Path(folder).glob("*.md")):
            for document in read_documents(file, file.name, file.name):
                library.add(document, SAMPLES)

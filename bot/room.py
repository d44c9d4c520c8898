"""Room on the disk: where it becomes scarce no files are taken in, so that questions go on."""

import logging
import shutil
from pathlib import Path

logger = logging.getLogger(__name__)

NO_ROOM = "no_room"
"""Why something is not taken now; beside intake.TROUBLE."""


def is_short(folder: Path, least_bytes: int) -> bool:
    """Whether fewer bytes are free on the disk of a folder."""
    try:
        return shutil.disk_usage(folder).free < least_bytes
    except OSError:  # who writes there learns why
        return False


class Room:
    """The free space of a data folder's disk, looked at when something is to be taken in.

    Args:
        folder: Of all data.
        least_mb: Below it nothing is taken in; 0 for no such limit.

    Attributes:
        least_bytes: The same, in bytes.
        was_short: Whether there was less the last time.
    """

    def __init__(self, folder: Path, least_mb: int) -> None:
        self._folder = folder
        self.least_bytes = least_mb << 20
        self.was_short = False

    def is_short(self) -> bool:
        """Whether there is too little room now; a change is logged, once."""
        now_short = is_short(self._folder, self.least_bytes)
        if now_short != self.was_short:
            self.was_short = now_short
            if now_short:
                logger.warning(
                    "Less than %d MB are free for %s: questions go on, but no files are taken in "
                    "until there is room",
                    self.least_bytes >> 20,
                    self._folder,
                )
            else:
                logger.warning("There is room again for %s: files are taken in", self._folder)
        return now_short

"""Shapes of what passes between the bot and the server."""

from typing import Any

# An object of the Bot API, or the arguments of a call.
Json = dict[str, Any]

# (file name, content) of each upload, by the name of its form field.
Files = dict[str, tuple[str, bytes]]

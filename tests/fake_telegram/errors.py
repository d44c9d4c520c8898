"""Error answers, worded as the Bot API server words them."""

from typing import Any

QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
PREFIXES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    413: "Request Entity Too Large",
    429: "Too Many Requests",
}


class ApiError(Exception):
    """An error answer: the prefix of its code, then the text with a small first letter.

    Attributes:
        reason: The text as it was given.
        code: HTTP status, which is also the answer's ``error_code``.
        description: What the bot is told.
        parameters: ``retry_after`` or ``migrate_to_chat_id``, where the error has one.
    """

    def __init__(self, reason: str, code: int = 400, **parameters: Any) -> None:
        self.reason, self.code, self.parameters = reason, code, parameters
        # BUTTON_DATA_INVALID and HTTP keep their capitals.
        is_shouted = len(reason) > 1 and (reason[1] == "_" or "A" <= reason[1] <= "Z")
        text = reason if is_shouted else reason[:1].lower() + reason[1:]
        self.description = PREFIXES[code] + (f": {text}" if text else "")
        super().__init__(self.description)

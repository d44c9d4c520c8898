"""A fake of api.telegram.org on loopback, for end-to-end tests of the bot without Telegram.

It behaves as Telegram does toward a bot: long polling, webhooks with the secret token, privacy
mode, inline, callbacks, topics, files, faults (429, 502, dropped connections, duplicates), rate
limits.

    async with FakeTelegram("123456:TEST", "my_bot") as tg:
        # start the bot with base_url=tg.base_url and base_file_url=tg.base_file_url
        ayse = tg.user("Ayşe", lang="tr")
        chat = tg.private(ayse)
        await chat.send(ayse, "/start")
        reply = await chat.next_bot_message()
        assert reply.text == "Merhaba"
        assert reply.marked("bold") == ["Merhaba"]
        await reply.press("Yardım")

Where the Bot API's specification (api.json of PaulSonOfLars/telegram-bot-api-spec) is present,
every call is checked against it; `find_specification` says where it is looked for.

Not modelled: inline caching, the 48-hour limit on deletion, business, payments, stories.
"""

from .errors import ApiError
from .people import ANONYMOUS, PATIENCE_S, Chat, InlineResult, Msg, User
from .rules import find_specification
from .server import FakeTelegram, Fault
from .world import Call

__all__ = [
    "ANONYMOUS",
    "PATIENCE_S",
    "ApiError",
    "Call",
    "Chat",
    "FakeTelegram",
    "Fault",
    "InlineResult",
    "Msg",
    "User",
    "find_specification",
]

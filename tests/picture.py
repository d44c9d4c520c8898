"""Draws the README's picture, from a conversation with the bot: ``python -m tests.picture``.

The bot serves the fake Telegram over the sample documents while people write to it. What was said
is drawn as two chats, from the messages as the fake holds them: their text, entities, replies and
buttons. Only what people write and press stands here. Needs Chromium to turn the page into a PNG.
"""

import asyncio
import logging
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from PIL import Image

import bot.samples
from bot.localization import say
from embeddings.datatypes import SHARED
from embeddings.encoder import load_encoder
from embeddings.library import Library
from embeddings.readers import read_documents
from tests.chat_page import WIDTH, Panel, page_html
from tests.fake_telegram import Chat, FakeTelegram, User
from tests.serving import serving

PICTURE = Path(__file__).with_name("conversation.png")

ADDED_AT = "2026-11-21T09:00:00+00:00"
"""When the documents were added, so that drawn again the picture is the same."""

_SCALE = 2  # dots a CSS pixel, for fine screens
_ANSWER_S = 30  # other work may keep the machine busy
_DRAW_S = 60
# Names under which systems install it.
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def main() -> None:
    """Hold the conversation and draw it."""
    logging.basicConfig(level=logging.WARNING)
    browser = find_browser()
    if browser is None:
        sys.exit(
            "picture: no Chromium was found; install it (Debian: apt install chromium "
            "fonts-inter fonts-noto-core fonts-noto-color-emoji) and run this again. "
            "The picture is as it was."
        )
    with tempfile.TemporaryDirectory() as folder:
        panels = asyncio.run(_converse(Path(folder, "data")))
        try:
            save_png(page_html(panels), PICTURE, browser)
        except subprocess.SubprocessError as error:
            sys.exit(f"picture: {browser} did not draw it ({error}). The picture is as it was.")
    print(f"{PICTURE}: {PICTURE.stat().st_size / 1000:.0f} kB")  # noqa: T201 - a command's output


# ---- the conversation


async def hold_conversation(tg: FakeTelegram, data: Path) -> list[Panel]:
    """Let people talk with the bot.

    Args:
        tg: Where they meet.
        data: A new folder for the bot.

    Returns:
        A private chat and a group, as one and the same person sees them.
    """
    tg.bot.raw["first_name"] = "Alıntı"
    ayse, mehmet, zeynep = (tg.user(name, lang="tr") for name in ("Ayşe", "Mehmet", "Zeynep"))
    private = tg.private(ayse)
    group = tg.group("Okuma grubu", [ayse, mehmet, zeynep])
    async with serving(tg, data, lambda: _open_library(data)):
        await private.send(ayse, "Toplantıyı kim yönetti?")
        answer = await private.next_bot_message(_ANSWER_S)
        await answer.press(say("tr", "telegram-card-wide"))
        await answer.wait(lambda shown: say("tr", "telegram-card-narrow") in shown.buttons)
        await private.send(ayse, "Bir sonraki zirve hangi şehirde yapılacak?")
        await private.next_bot_message(_ANSWER_S)

        asked = await group.send(mehmet, "Üyeler arasındaki ticaret için hedef ne?")
        await group.send(ayse, "Hatırlamıyorum, belgeye soralım.")
        await group.send(zeynep, "/sor", reply_to=asked)
        await group.next_bot_message(_ANSWER_S)
        await group.send(mehmet, "Teşekkürler!")
    return [panel_of(private, ayse), panel_of(group, ayse)]


def panel_of(chat: Chat, viewer: User) -> Panel:
    """Take what a person sees of a chat at the end of it."""
    messages = tuple(
        message.raw
        for message in chat.messages.values()
        if "text" in message.raw and not message.deleted
    )
    if chat.type == "private":
        return Panel(chat.tg.bot.raw["first_name"], "bot", viewer.id, False, messages)
    members = f"{len(chat.people) + 1} üye"
    return Panel(chat.raw["title"], members, viewer.id, True, messages)


async def _converse(data: Path) -> list[Panel]:
    async with FakeTelegram("123456:TEST", "alinti_bot") as tg:
        return await hold_conversation(tg, data)


def _open_library(folder: Path) -> Library:
    """The samples, as if the operator had added them on a certain day."""
    library = Library(folder, load_encoder(None))
    for file in sorted(Path(bot.samples.__file__).parent.glob("*.md")):
        for document in read_documents(file, file.name, file.name):
            library.add(document, SHARED)
    with closing(sqlite3.connect(folder / "library.db")) as database, database:
        database.execute("UPDATE documents SET added_at = ?", (ADDED_AT,))
    return library


# ---- the picture


def find_browser() -> str | None:
    """Find Chromium by its names; None where there is none."""
    return next(filter(None, map(shutil.which, _BROWSERS)), None)


def save_png(page: str, path: Path, browser: str) -> None:
    """Let Chromium draw a page.

    Args:
        page: HTML.
        path: The picture; written only when it is whole.
        browser: Chromium's command.

    Raises:
        subprocess.SubprocessError: If Chromium does not do it.
    """
    with tempfile.TemporaryDirectory() as folder:
        source, drawn = Path(folder, "page.html"), Path(folder, "page.png")
        # Its height is known to nobody but Chromium, which tells it with the page.
        measuring = "<script>document.body.dataset.height = document.body.offsetHeight</script>"
        source.write_text(page + measuring, "utf-8")
        told = _draw(browser, "--dump-dom", f"--window-size={WIDTH},600", source.as_uri())
        height = re.search(r'data-height="(\d+)"', told)
        assert height, "the page has no height"
        source.write_text(page, "utf-8")
        _draw(
            browser,
            f"--screenshot={drawn}",
            f"--window-size={WIDTH},{height[1]}",
            f"--force-device-scale-factor={_SCALE}",
            "--hide-scrollbars",
            source.as_uri(),
        )
        with Image.open(drawn) as picture:
            # With 256 colours it looks the same, and the file has a third of the size.
            few = picture.convert("RGB").quantize(
                256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE
            )
        few.save(path, "PNG", optimize=True)


def _draw(browser: str, *arguments: str) -> str:
    # The page is our own and loads nothing; the sandbox would refuse to start for root.
    command = [browser, "--headless", "--no-sandbox", "--disable-gpu", *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=_DRAW_S, check=True)
    return ran.stdout


if __name__ == "__main__":
    main()

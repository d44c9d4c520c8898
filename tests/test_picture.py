"""The README's picture: a conversation that can be had, drawn by Chromium."""

import struct
from pathlib import Path

import pytest

from tests import picture
from tests.chat_page import Panel, page_html
from tests.fake_telegram import FakeTelegram
from tests.picture import PICTURE, find_browser, hold_conversation, save_png


async def test_the_conversation_can_be_had(
    tg: FakeTelegram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture, "ADDED_AT", "2021-02-03T09:00:00+00:00")
    private, group = await hold_conversation(tg, tmp_path)
    page = page_html([private, group])
    assert "<b>Çağrıyı Türkiye Dışişleri Bakanı Mevlüt Çavuşoğlu yapmıştı" in page
    assert "Belgelerde bu sorunun yanıtını bulamadım." in page
    assert page.count('<blockquote class="quote wide">') == 2  # before and after the quote
    assert page.count(">1/5<") == 2
    assert page.count("eklendi: 3 Şub 2021") == 2
    assert group.note == "4 üye"
    assert not tg.violations
    assert not [call.error for call in tg.calls if call.error]


def test_without_a_browser_one_line_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture, "find_browser", lambda: None)
    with pytest.raises(SystemExit, match="no Chromium was found; install it"):
        picture.main()


@pytest.mark.skipif(find_browser() is None, reason="draws with Chromium")
def test_a_page_becomes_a_picture_of_its_height(tmp_path: Path) -> None:
    browser = find_browser()
    assert browser
    for name, messages in {"short": 1, "long": 30}.items():
        said = [{"from": {"id": 2, "first_name": "Bob"}, "text": "Bir."}] * messages
        save_png(
            page_html([Panel("Grup", "3 üye", 1, True, tuple(said))]), tmp_path / name, browser
        )
    (width, short), (same, long) = (size(tmp_path / name) for name in ("short", "long"))
    assert width == same == 1600
    assert long > short + 29 * 2 * 20  # 29 more lines of at least 20 CSS pixels each


def test_the_readmes_picture_is_as_wide_as_it_is_shown_and_light() -> None:
    assert size(PICTURE)[0] == 1600
    assert PICTURE.stat().st_size < 300_000


def size(path: Path) -> tuple[int, int]:
    """Width and height of a PNG."""
    data = path.read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", data[16:24])
    return width, height

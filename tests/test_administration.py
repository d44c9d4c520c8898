"""/settings through the fake server, and who may open and change them."""

import asyncio
import re
import time
from pathlib import Path

import pytest

from bot.chats import ChatSettings
from bot.handlers import administration
from bot.handlers.administration import read_choice, settings_menu
from bot.limits import Limits
from bot.localization import LANGUAGES, Language, say
from bot.state import State
from embeddings.errors import StoreError
from tests.fake_telegram import ANONYMOUS, Chat, FakeTelegram, User
from tests.serving import answering, serving

OWN = "✓ Telegram’daki dilim"
KEEP, ERASE = "Soruların metnini sakla", "Saklamaktan vazgeç ve sil"


A_CARD = {"inline_keyboard": [[{"text": "›", "callback_data": "q:1:1"}]]}


def change_of(chat: Chat, user: User, status: str) -> dict[str, object]:
    """What Telegram tells an admin of a chat when somebody's place in it changes."""
    return {
        "chat": chat.raw,
        "from": user.raw,
        "date": int(time.time()),
        "old_chat_member": chat.tg.member("member", user.raw),
        "new_chat_member": chat.tg.member(status, user.raw),
    }


async def test_a_person_chooses_for_their_private_chat_in_one_message(
    tg: FakeTelegram, chat: Chat, ayse: User, tmp_path: Path, mode: str
) -> None:
    async with answering(tg, tmp_path, mode) as state:
        asked = await chat.send(ayse, "/settings")
        menu = await chat.next_bot_message()
        assert menu.reply_to == asked.id
        assert menu.text == settings_menu(ChatSettings(), "tr", is_private=True)[0]
        assert menu.buttons == [OWN, "English", "Türkçe", KEEP]

        answer = await menu.press("English")
        assert (answer["text"], answer["show_alert"]) == ("Saved.", False)
        await menu.next_edit()
        assert menu.text == settings_menu(ChatSettings("en"), "en", is_private=True)[0]
        assert menu.buttons == [
            "My Telegram language",
            "✓ English",
            "Türkçe",
            "Keep the text of questions",
        ]
        await menu.press("Keep the text of questions")
        await menu.next_edit()
        assert menu.buttons[-1] == "Stop keeping and erase"
        assert state.settings_of(chat.id) == ChatSettings("en", keeps_text=True)
        assert len(chat.from_bot) == 1


async def test_what_keeping_means_is_said_and_stopping_erases(
    tg: FakeTelegram, chat: Chat, ayse: User, tmp_path: Path
) -> None:
    async with answering(tg, tmp_path) as state:
        state.change_settings(chat.id, keeps_text=True)
        state.open_card(
            chat.id, 1, ayse.id, language="tr", is_answered=False, quotes=[], text="Gizli mi?"
        )
        await chat.send(ayse, "/settings")
        menu = await chat.next_bot_message()
        assert "/stats yanıtsız kalan soruları listeleyebiliyor" in menu.text
        await menu.press(ERASE)
        await menu.next_edit()
        assert "Saklamıyorum, soruları yalnızca sayıyorum." in menu.text
        assert state.stats(chat.id).unanswered == ()
        state.change_settings(chat.id, keeps_text=True)
        assert state.stats(chat.id).unanswered == ()


async def test_the_language_of_a_group_holds_for_all_in_it(
    tg: FakeTelegram, group: Chat, ayse: User, can: User, tmp_path: Path, mode: str
) -> None:
    async with answering(tg, tmp_path, mode):
        await group.send(ayse, "/settings@alinti_bot")
        menu = await group.next_bot_message()
        assert "✓ Herkesin kendi dili" in menu.buttons
        await menu.press("Türkçe")
        await menu.next_edit()
        assert "✓ Türkçe" in menu.buttons
        await group.send(can, "/settings")
        refused = await group.next_bot_message()
        assert refused.text == say("tr", "telegram-settings-admins-only")


async def test_who_is_no_admin_gets_one_sentence_and_presses_in_vain(
    tg: FakeTelegram, group: Chat, ayse: User, can: User, tmp_path: Path, mode: str
) -> None:
    async with answering(tg, tmp_path, mode) as state:
        asked = await group.send(can, "/settings")
        refused = await group.next_bot_message()
        assert refused.text == say("en", "telegram-settings-admins-only")
        assert refused.reply_to == asked.id
        assert not refused.buttons
        await group.send(ayse, "/settings")
        menu = await group.next_bot_message()
        for label in (KEEP, "English"):
            answer = await menu.press(label, can)
            assert answer["text"] == say("en", "telegram-settings-admins-only")
            assert answer["show_alert"]
        assert state.settings_of(group.id) == ChatSettings()
        assert not menu.edits


async def test_a_claimed_press_changes_no_message_that_is_no_menu(
    tg: FakeTelegram, group: Chat, ayse: User, tmp_path: Path
) -> None:
    async with answering(tg, tmp_path) as state:
        for content in ({}, {"reply_markup": A_CARD}):
            message = tg.add_message(group, tg.bot, {"text": "Merhaba", **content})
            answer = await message.claim("s:keep:yes", ayse)
            assert answer["text"] == ""
            assert not message.edits
        assert state.settings_of(group.id) == ChatSettings()


async def test_who_presses_more_often_than_anybody_means_is_told_when_to_come_back(
    tg: FakeTelegram, chat: Chat, ayse: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(administration, "PRESSES", 1)
    async with answering(tg, tmp_path) as state:
        await chat.send(ayse, "/settings")
        menu = await chat.next_bot_message()
        await menu.press("English")
        await menu.next_edit()
        answer = await menu.press("Türkçe")
        limits = {say("en", "telegram-card-limit", seconds=seconds) for seconds in range(50, 61)}
        assert answer["text"] in limits
        assert answer["show_alert"]
        assert state.settings_of(chat.id).language == "en"


async def test_an_admin_who_stays_anonymous_is_an_admin_and_a_channel_is_none(
    tg: FakeTelegram, group: Chat, ayse: User, tmp_path: Path
) -> None:
    channel = {"id": -1009, "type": "channel", "title": "Kanal"}
    async with answering(tg, tmp_path):
        await group.send(ayse, "/settings", sender_chat=channel, **ANONYMOUS)
        assert not (await group.next_bot_message()).buttons
        await group.send(ayse, "/settings", sender_chat=group.raw, **ANONYMOUS)
        menu = await group.next_bot_message()
        assert menu.buttons[-1] == KEEP
        await menu.press(KEEP, ayse)  # Telegram tells who presses, anonymous or not
        await menu.next_edit()
        assert menu.buttons[-1] == ERASE


async def test_a_button_from_before_a_restart_still_works(
    tg: FakeTelegram, group: Chat, ayse: User, tmp_path: Path
) -> None:
    async with answering(tg, tmp_path):
        await group.send(ayse, "/settings")
        menu = await group.next_bot_message()
    await asyncio.sleep(0.2)  # a new process does not know how much was said just before
    async with answering(tg, tmp_path):
        await menu.press(KEEP)
        await menu.next_edit()
        assert menu.buttons[-1] == ERASE


async def test_what_is_chosen_already_is_answered_and_changes_nothing(
    tg: FakeTelegram, chat: Chat, ayse: User, tmp_path: Path
) -> None:
    async with answering(tg, tmp_path) as state:
        state.change_settings(chat.id, language="tr")
        await chat.send(ayse, "/settings")
        menu = await chat.next_bot_message()
        for _ in range(2):
            assert (await menu.press("✓ Türkçe"))["text"] == "Kaydedildi."
        assert (await menu.press(KEEP))["text"] == "Kaydedildi."
        await menu.next_edit()
        assert menu.buttons[-1] == ERASE
        assert len(menu.edits) == 1


async def test_a_menu_that_shows_what_another_has_changed_is_brought_up_to_date(
    tg: FakeTelegram, chat: Chat, ayse: User, tmp_path: Path
) -> None:
    async with answering(tg, tmp_path) as state:
        await chat.send(ayse, "/settings")
        menu = await chat.next_bot_message()
        state.change_settings(chat.id, language="tr")
        assert (await menu.press("Türkçe"))["text"] == "Kaydedildi."
        await menu.next_edit()
        assert "✓ Türkçe" in menu.buttons


async def test_a_press_that_comes_while_the_same_is_shown_breaks_nothing(
    tg: FakeTelegram, chat: Chat, ayse: User, tmp_path: Path
) -> None:
    """Two may press at once: what the second was shown is not what the first has made of it."""
    async with serving(tg, tmp_path):
        await chat.send(ayse, "/settings")
        menu = await chat.next_bot_message()
        before = menu.raw
        await menu.press("Türkçe")
        await menu.next_edit()
        answer = await menu.claim("s:language:tr", where={"message": before})
        assert answer["text"] == "Kaydedildi."
        await tg.until(lambda: _edits(tg) == 2, "second edit")
        # It is no error of ours either: the next press is answered as ever.
        assert (await menu.press(KEEP))["text"] == "Kaydedildi."
        await menu.next_edit()
    errors = [call.error for call in tg.calls if call.error]
    assert len(errors) == 1
    assert "message is not modified" in errors[0]


def _edits(tg: FakeTelegram) -> int:
    return sum(call.method == "editMessageText" for call in tg.calls)


async def test_a_button_of_a_deleted_menu_does_its_work(
    tg: FakeTelegram, chat: Chat, ayse: User, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving(tg, tmp_path):
        await chat.send(ayse, "/settings")
        menu = await chat.next_bot_message()
        menu.deleted = True
        assert (await menu.press("English"))["text"] == "Saved."
        await tg.wait_call("editMessageText")
    assert "could not be handled" not in caplog.text


async def test_a_button_that_this_version_does_not_know_brings_the_menu_up_to_date(
    tg: FakeTelegram, chat: Chat, ayse: User, tmp_path: Path
) -> None:
    async with answering(tg, tmp_path):
        await chat.send(ayse, "/settings")
        menu = await chat.next_bot_message()
        old = {"text": "Klingon", "callback_data": "s:language:tlh"}
        menu.raw = {**menu.raw, "reply_markup": {"inline_keyboard": [[old]]}}
        assert (await menu.press("Klingon"))["text"] == ""
        await menu.next_edit()
        assert menu.buttons == [OWN, "English", "Türkçe", KEEP]


async def test_trouble_is_told_to_who_pressed(
    tg: FakeTelegram,
    chat: Chat,
    ayse: User,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise StoreError("/secret/path is full")

    monkeypatch.setattr(State, "change_settings", fail)
    async with serving(tg, tmp_path):
        await chat.send(ayse, "/settings")
        menu = await chat.next_bot_message()
        answer = await menu.press("English")
        assert answer["text"] == say("tr", "telegram-button-trouble")
        assert answer["show_alert"]


async def test_who_has_become_an_admin_need_not_wait(
    tg: FakeTelegram, group: Chat, ayse: User, can: User, tmp_path: Path, mode: str
) -> None:
    await group.set_bot("administrator", ayse)  # or Telegram would not tell
    async with answering(tg, tmp_path, mode):
        await group.send(ayse, "/settings")
        menu = await group.next_bot_message()
        assert (await menu.press(KEEP, can))["show_alert"]
        group.admins.append(can)
        tg.push("chat_member", change_of(group, can, "administrator"), group.id)
        await group.send(can, "/settings")  # handled when the change is
        assert (await group.next_bot_message()).buttons
        assert not (await menu.press(KEEP, can))["show_alert"]


async def test_who_asks_too_often_is_told_once(
    tg: FakeTelegram, chat: Chat, ayse: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(Limits.__init__.__kwdefaults__ or {}, "person", 1)
    async with answering(tg, tmp_path):
        for _ in range(3):
            await chat.send(ayse, "/settings")
        assert (await chat.next_bot_message()).buttons
        told = (await chat.next_bot_message()).text
        assert re.fullmatch(
            say("tr", "telegram-limit-person", seconds="SECONDS").replace("SECONDS", r"\d\d"), told
        )
        await chat.silent()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("keeps_text", [True, False])
@pytest.mark.parametrize("is_private", [True, False])
def test_the_menu_marks_what_is_chosen(
    language: Language, keeps_text: bool, is_private: bool
) -> None:
    for chosen in (None, *LANGUAGES):
        settings = ChatSettings(chosen, keeps_text)
        text, keyboard = settings_menu(settings, language, is_private=is_private)
        buttons = [button for row in keyboard.inline_keyboard for button in row]
        marked = [button for button in buttons if button.text.startswith("✓ ")]
        assert [button.callback_data for button in marked] == [f"s:language:{chosen or 'own'}"]
        assert marked[0].text.removeprefix("✓ ") in text
        assert {len(row) for row in keyboard.inline_keyboard} == {1, len(LANGUAGES)}
        choices = [read_choice(str(button.callback_data)) for button in buttons]
        assert choices == [
            {"language": None},
            *({"language": code} for code in LANGUAGES),
            {"keeps_text": not keeps_text},
        ]


@pytest.mark.parametrize("data", ["s", "s:", "s:language:xx", "s:keep:maybe", "s:keep:yes:x", "x"])
def test_other_data_chooses_nothing(data: str) -> None:
    assert read_choice(data) == {}

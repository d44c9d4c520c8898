"""What people see before they write: menus of commands, the bot's name and descriptions."""

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from telegram import BotCommandScopeChat
from telegram.error import NetworkError

from bot import profile
from bot.localization import LANGUAGES, Language, say
from bot.profile import Menu, menus, show_profile
from bot.settings import Settings
from tests.fake_telegram import Chat, FakeTelegram, User
from tests.serving import serving

# What Telegram takes, https://core.telegram.org/bots/api#setmyname and so on.
NAME, DESCRIPTION, SHORT_DESCRIPTION, COMMAND_DESCRIPTION = 64, 512, 120, 256
OF_CHAT = ["add", "documents", "collections", "export", "erase", "settings", "stats", "forget_me"]
PRIVATE = ["help", *OF_CHAT, "start"]
GROUP = ["help", "documents", "collections", "forget_me"]
TEXTS = 3 * (1 + len(LANGUAGES))  # name and descriptions, for all others and in each language


def shown_commands(tg: FakeTelegram, scope: dict[str, Any], language: str = "") -> list[str]:
    for (kind, where, spoken), value in ((k, v) for k, v in tg.profile.items() if len(k) == 3):
        if (kind, json.loads(where), spoken) == ("commands", scope, language):
            return [command["command"] for command in value]
    return []


def settings_made(tg: FakeTelegram, of: str = "setMy") -> list[str]:
    return [call.method for call in tg.calls if call.method.startswith(of)]


async def until_named(tg: FakeTelegram) -> None:
    """The names come last, that of the last language at the end."""
    await tg.until(lambda: tg.profile.get(("name", LANGUAGES[-1])), "last name")


@pytest.mark.parametrize("language", LANGUAGES)
def test_name_and_descriptions_fit(language: Language) -> None:
    assert 0 < len(say(language, "telegram-name")) <= NAME
    assert 0 < len(say(language, "telegram-description")) <= DESCRIPTION
    assert 0 < len(say(language, "telegram-short-description")) <= SHORT_DESCRIPTION


@pytest.mark.parametrize("menu", menus([7]), ids=lambda menu: f"{menu.scope.type}-{menu.language}")
def test_commands_and_their_descriptions_fit(menu: Menu) -> None:
    for command in menu.commands:
        assert re.fullmatch(r"[a-z0-9_]{1,32}", command.command)
        assert len(command.description) <= COMMAND_DESCRIPTION


def test_who_speaks_another_language_sees_english() -> None:
    shown = {
        menu.language: menu.commands[0] for menu in menus() if menu.scope.type == "all_group_chats"
    }
    assert shown[None] == shown["en"]
    assert (shown["en"].command, shown["tr"].command) == ("ask", "sor")
    assert shown["tr"].description == "Belgelere bir soru sorun"


async def test_each_place_shows_its_commands_in_each_language(
    tg: FakeTelegram, tmp_path: Path, mode: str
) -> None:
    ayse = tg.user("Ayşe", lang="tr")
    await tg.private(ayse).send(ayse, "/start")  # an operator who has written before
    async with serving(tg, tmp_path, mode=mode, operators=frozenset({ayse.id})):
        await until_named(tg)
    for language, ask in {"": "ask", "en": "ask", "tr": "sor"}.items():
        for where, commands in {
            "default": GROUP,
            "all_private_chats": PRIVATE,
            "all_group_chats": GROUP,
            "all_chat_administrators": ["help", *OF_CHAT],
        }.items():
            assert shown_commands(tg, {"type": where}, language) == [ask, *commands]
        own = {"type": "chat", "chat_id": ayse.id}
        assert shown_commands(tg, own, language) == [ask, *PRIVATE, "doctor"]
        spoken = language or "en"
        for part in ("name", "description", "short_description"):
            message = f"telegram-{part.replace('_', '-')}"
            assert tg.profile[part, language] == say(spoken, message)
    assert not tg.violations
    assert not [call for call in tg.calls if call.error]


async def test_only_what_differs_is_set_and_what_it_was_is_logged(
    tg: FakeTelegram, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "bot.profile")
    async with serving(tg, tmp_path):
        await until_named(tg)
    assert settings_made(tg) == ["setMyCommands"] * len(menus()) + [
        *["setMyDescription", "setMyShortDescription", "setMyName"] * (1 + len(LANGUAGES))
    ]
    tg.calls.clear()
    tg.profile["name", "tr"] = "Başka bir ad"
    async with serving(tg, tmp_path):
        await tg.wait_call("setMyName")
    assert settings_made(tg) == ["setMyName"]
    assert tg.profile["name", "tr"] == say("tr", "telegram-name")
    assert caplog.messages == [
        "The bot's name was 'Başka bir ad'; ALINTI_PROFILE=keep lets you keep your own"
    ]


async def test_an_operator_can_keep_name_and_descriptions(
    tg: FakeTelegram, tmp_path: Path
) -> None:
    tg.profile["name", ""] = "Kitaplık botu"
    async with serving(tg, tmp_path, profile="keep"):
        await tg.until(lambda: len(settings_made(tg)) == len(menus()), "all menus")
    assert tg.profile["name", ""] == "Kitaplık botu"
    assert not [call for call in tg.calls if "Name" in call.method or "Descr" in call.method]


async def test_a_long_wait_for_a_name_holds_up_nothing(
    tg: FakeTelegram,
    chat: Chat,
    ayse: User,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    mode: str,
) -> None:
    monkeypatch.setattr(profile, "_PATIENCE_S", 1.0)
    tg.fault("429", "setMyName", seconds=80_000)
    async with serving(tg, tmp_path, mode=mode):
        await tg.wait_call("setMyName")
        await chat.send(ayse, "/start")
        assert (await chat.next_bot_message(1)).text == say("tr", "telegram-start")
        await tg.until(lambda: ("name", "tr") in tg.profile, "name in the next language")
    assert ("name", "") not in tg.profile
    assert "The bot's name could not be set: no success within 1 s" in caplog.text


async def test_what_cannot_be_set_is_only_logged(
    caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    async def refuse(*_: object, **__: object) -> None:
        raise NetworkError("gone")

    methods = (f"{verb}_my_{what}" for verb in ("get", "set") for what in _PARTS)
    telegram: Any = SimpleNamespace(**dict.fromkeys(methods, refuse))
    await show_profile(telegram, Settings(data=tmp_path))
    assert caplog.messages[0] == "The menu of commands (default) could not be set: gone"
    assert caplog.messages[-1] == "The bot's name could not be set: gone"
    assert len(caplog.messages) == len(menus()) + TEXTS


_PARTS = ("commands", "name", "description", "short_description")


async def test_an_operator_who_writes_for_the_first_time_gets_the_menu(
    tg: FakeTelegram, chat: Chat, ayse: User, tmp_path: Path
) -> None:
    bob = tg.user("Bob", lang="en")
    async with serving(tg, tmp_path, operators=frozenset({ayse.id})):
        await tg.private(bob).send(bob, "/start")
        await chat.send(ayse, "/start")
        own = {"type": "chat", "chat_id": ayse.id}
        await tg.until(lambda: shown_commands(tg, own, "tr"), "menu of the operator")
        assert shown_commands(tg, own, "tr") == ["sor", *PRIVATE, "doctor"]
        assert not shown_commands(tg, {"type": "chat", "chat_id": bob.id})


def test_only_operators_have_a_menu_of_their_own() -> None:
    own = [menu.scope for menu in menus([9, 8]) if isinstance(menu.scope, BotCommandScopeChat)]
    assert [scope.chat_id for scope in own] == [8, 8, 8, 9, 9, 9]
    assert len(menus([9, 8])) == len(menus()) + 6

"""`alinti doctor` and /doctor: what is said of which facts, and where it is asked."""

import asyncio
import datetime as dt
import os
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from telegram import (
    ChatMember,
    ChatMemberLeft,
    ChatMemberMember,
    ChatMemberRestricted,
    ChatPermissions,
    User,
    WebhookInfo,
)

import bot
import embeddings.encoder
from bot import checkup
from bot.checkup import look_at_disk, look_at_library, look_from_outside
from bot.doctor import (
    ChatFacts,
    DiskFacts,
    Facts,
    LibraryFacts,
    Line,
    TelegramFacts,
    examine,
    exit_code,
    format_size,
)
from bot.handlers.doctor import may_write
from bot.localization import LANGUAGES, Language, say
from bot.replies import MAX_LENGTH, utf16_length
from bot.samples import add_samples
from bot.settings import Settings
from bot.state import State
from bot.webhook import webhook_address
from embeddings.datatypes import SHARED, Document, QuoteReference
from embeddings.errors import UnknownEncoder
from embeddings.library import Library
from tests.encoders import LetterEncoder
from tests.fake_telegram import Chat, FakeTelegram
from tests.fake_telegram import User as Person
from tests.serving import serving, settings_for

NOW = dt.datetime(2026, 1, 2, 12, 0, tzinfo=dt.UTC)
TOKEN = "123456:SECRET"
ME = User(
    123456,
    "Alıntı",
    is_bot=True,
    username="alinti_bot",
    can_read_all_group_messages=True,
    supports_inline_queries=True,
    supports_guest_queries=True,
)
POLLED = WebhookInfo("", has_custom_certificate=False, pending_update_count=0)
SETTINGS = Settings(token=SecretStr(TOKEN), data=Path("/data"))
DELIVERED = SETTINGS.model_copy(update={"webhook_url": "https://bot.example.org"})
WELL = Facts(
    SETTINGS,
    NOW,
    TelegramFacts(ME, POLLED, has_feedback=True, doubles=0),
    library=LibraryFacts(3, 40, 40),
    disk=DiskFacts(500 << 20),
)
START_S = 60


def with_telegram(facts: Facts = WELL, **changes: Any) -> Facts:
    assert facts.telegram
    return replace(facts, telegram=replace(facts.telegram, **changes))


def with_webhook(url: str, *, waiting: int = 0, **known: Any) -> Facts:
    """Facts of a bot to which updates are to be delivered."""
    webhook = WebhookInfo(url, False, waiting, **known)
    return with_telegram(replace(WELL, settings=DELIVERED), webhook=webhook)


def me(**changes: Any) -> User:
    return User.de_json({**ME.to_dict(), **changes}, None)


def wrong(facts: Facts) -> list[str]:
    """The lines that are not ok."""
    return [line.text for line in examine(facts, "en") if not line.is_ok]


# ---- facts in, lines out


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_all_is_well_each_thing_has_a_line_that_says_so(language: Language) -> None:
    lines = examine(WELL, language)
    ids = ["token", "privacy-off", "inline", "feedback", "guest", "polling", "no-doubles", "files"]
    ids += ["model", "library", "disk"]
    values: dict[str, str | int] = {
        "bot": "@alinti_bot",
        "waiting": 0,
        "model": "bundled",
        "done": 40,
        "total": 40,
        "documents": 3,
        "folder": "/data",
        "free": "500 MB",
    }
    assert [line.text for line in lines] == [
        say(language, f"telegram-doctor-{id_}", **values) for id_ in ids
    ]
    # How to have larger files is a step for who wants them.
    marks = {id_: str(line)[:2] for id_, line in zip(ids, lines, strict=True)}
    assert marks == {**dict.fromkeys(ids, "✓ "), "files": "• "}
    assert exit_code(lines) == 0


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (Line("a"), "✓ a"),
        (Line("a", has_step=True), "• a"),
        (Line("a", is_ok=False), "✗ a"),
        (Line("a", is_ok=False, is_known=False), "✗ a"),
    ],
)
def test_each_line_has_a_mark(line: Line, shown: str) -> None:
    assert str(line) == shown


def test_without_a_token_the_rest_is_examined() -> None:
    lines = examine(replace(WELL, telegram=None), "en")
    assert str(lines[0]) == "✗ There is no token. Set ALINTI_TOKEN to what @BotFather gave you."
    assert [line.is_ok for line in lines] == [False, True, True, True, True]
    assert exit_code(lines) == 1


def test_a_refused_token_is_not_the_networks_fault() -> None:
    lines = examine(
        with_telegram(me=None, webhook=None, trouble="Unauthorized", is_refused=True), "en"
    )
    assert str(lines[0]).startswith(
        "✗ Telegram refuses the token (Unauthorized). Set ALINTI_TOKEN"
    )
    assert exit_code(lines) == 1


def test_a_server_out_of_reach_cannot_be_examined() -> None:
    facts = with_telegram(me=None, webhook=None, trouble="httpx.ConnectError: refused")
    lines = examine(facts, "en")
    assert lines[0].text.startswith(
        "Telegram cannot be reached at api.telegram.org (httpx.ConnectError: refused)."
    )
    assert exit_code(lines) == 2


@pytest.mark.parametrize(
    ("switch", "step"),
    [
        ("supports_inline_queries", "Send /setinline to @BotFather, choose @alinti_bot"),
        ("supports_guest_queries", "Open the Mini App of @BotFather, choose @alinti_bot"),
    ],
)
def test_a_switch_that_is_off_comes_with_its_step(switch: str, step: str) -> None:
    (line,) = wrong(with_telegram(me=me(**{switch: False})))
    assert step in line


def test_privacy_mode_is_no_mistake_but_explained() -> None:
    facts = with_telegram(me=me(can_read_all_group_messages=False))
    lines = examine(facts, "en")
    assert str(lines[1]).startswith("• Privacy mode is on:")
    assert "send /setprivacy to @BotFather" in lines[1].text
    assert exit_code(lines) == 0


def test_feedback_is_known_only_when_a_choice_has_arrived() -> None:
    lines = examine(with_telegram(has_feedback=False), "en")
    assert str(lines[3]).startswith("• Inline feedback:")
    assert "Send /setinlinefeedback to @BotFather" in lines[3].text
    assert exit_code(lines) == 0
    # Without inline mode there is nothing to choose, and one step comes first.
    without = with_telegram(has_feedback=False, me=me(supports_inline_queries=False))
    (line,) = wrong(without)
    assert line.startswith("Inline mode is off.")
    assert not any("feedback" in line.text for line in examine(without, "en"))


def test_a_webhook_that_is_in_the_way_of_polling_is_named_without_its_path() -> None:
    blocked = WebhookInfo("https://old.example.org/secret-path", False, 3)
    (line,) = wrong(with_telegram(webhook=blocked))
    assert "delivers updates to old.example.org. Start “alinti run”" in line


@pytest.mark.parametrize(("waiting", "is_ok"), [(100, True), (101, False)])
def test_many_updates_that_wait_are_not_fetched(waiting: int, is_ok: bool) -> None:
    facts = with_telegram(webhook=WebhookInfo("", False, waiting))
    assert (wrong(facts) == []) == is_ok


def test_a_webhook_that_is_registered_is_ok() -> None:
    facts = with_webhook(webhook_address(DELIVERED), waiting=2)
    assert wrong(facts) == []
    texts = [line.text for line in examine(facts, "en")]
    assert "Telegram delivers updates to bot.example.org (webhook). Waiting there: 2." in texts


@pytest.mark.parametrize("url", ["", "https://other.example.org/x"])
def test_a_webhook_that_is_not_registered_is_said(url: str) -> None:
    (line,) = wrong(with_webhook(url))
    assert "delivers no updates to bot.example.org. Start “alinti run”" in line


@pytest.mark.parametrize(
    ("minutes_ago", "waiting", "is_ok"),
    [(5, 0, False), (61, 0, True), (61, 1, False)],
)
def test_a_delivery_that_failed_counts_while_it_is_fresh_or_others_wait(
    minutes_ago: int, waiting: int, is_ok: bool
) -> None:
    failed_at = NOW - dt.timedelta(minutes=minutes_ago)
    known = {"last_error_date": failed_at, "last_error_message": "Connection refused"}
    lines = wrong(with_webhook(webhook_address(DELIVERED), waiting=waiting, **known))
    assert (lines == []) == is_ok
    if not is_ok:
        assert f"({failed_at:%Y-%m-%d %H:%M}+00:00: Connection refused)" in lines[0]


def test_messages_that_may_stand_twice_are_counted() -> None:
    (line,) = wrong(with_telegram(doubles=2))
    assert "since I was started: 2" in line
    from_outside = examine(with_telegram(doubles=None), "en")
    assert not any("twice" in line.text for line in from_outside)


def test_a_server_of_ones_own_takes_larger_files() -> None:
    own = SETTINGS.model_copy(update={"api_url": "http://127.0.0.1:8081/bot"})
    texts = [line.text for line in examine(replace(WELL, settings=own), "en")]
    assert any("127.0.0.1:8081 fetches files of up to 2000 MB" in text for text in texts)


def test_that_the_bot_is_closed_is_said_to_its_operator_only() -> None:
    closed = WELL.settings.model_copy(update={"allowed": frozenset({1, 2, -100})})
    said = "I serve only the 2 people and 1 chat of ALINTI_ALLOWED"
    facts = replace(WELL, settings=closed)
    assert [line.text for line in examine(facts, "en") if line.text.startswith(said)]
    in_group = replace(facts, chat=ChatFacts(True, True, False))
    assert "ALINTI_ALLOWED" not in str(examine(in_group, "en"))
    assert "ALINTI_ALLOWED" not in str(examine(WELL, "en"))


def test_a_model_that_has_not_encoded_all_says_how_far_it_is() -> None:
    (line,) = wrong(replace(WELL, library=LibraryFacts(3, 10, 40)))
    assert "has encoded 10 of 40 passages" in line
    assert line.endswith("alinti encode")


def test_an_empty_library_asks_for_documents() -> None:
    (line,) = wrong(replace(WELL, library=LibraryFacts()))
    assert line == "Library: there are no documents. To add some: alinti add FILE"


def test_the_samples_that_the_model_has_encoded_are_told() -> None:
    facts = replace(WELL, library=LibraryFacts(1, 12, 12, samples=9))
    assert [str(line) for line in examine(facts, "en")][-4:-1] == [
        "✓ Model: bundled. Encoded: 12 of 12 passages.",
        "✓ Samples: 9 of these passages are from the samples of the terminal, which no chat "
        "searches.",
        "✓ Library: 1 document.",
    ]
    assert not any("amples" in line.text for line in examine(WELL, "en"))


def test_samples_are_counted_apart_from_documents(tmp_path: Path) -> None:
    with closing(Library(tmp_path, LetterEncoder())) as library:
        library.add(Document("Belge", "Toplantı çevrim içi yapıldı.", "/b.txt", "b"), SHARED)
        assert look_at_library(library) == LibraryFacts(1, 1, 1)
        add_samples(library)
        facts = look_at_library(library)
    assert facts.documents == 1
    assert facts.samples > 1
    assert facts.encoded == facts.passages == 1 + facts.samples


def test_a_library_that_cannot_be_opened_speaks_for_itself() -> None:
    lines = examine(replace(WELL, library=LibraryFacts(trouble="there is no model 'x'")), "en")
    assert "✗ there is no model 'x'" in map(str, lines)
    assert exit_code(lines) == 2


@pytest.mark.parametrize(
    ("disk", "said"),
    [
        (DiskFacts((500 << 20) - 1), "Disk: only 499 MB free for /data. Below 500 MB I take in"),
        (DiskFacts(0, "Permission denied"), "Disk: /data cannot be written (Permission denied)."),
    ],
)
def test_a_disk_without_room_or_right_is_said(disk: DiskFacts, said: str) -> None:
    (line,) = wrong(replace(WELL, disk=disk))
    assert line.startswith(said)


def test_a_group_is_told_its_rights_and_nothing_of_the_machine() -> None:
    chat = ChatFacts(is_admin=False, can_write=True, has_topics=True)
    texts = [line.text for line in examine(replace(WELL, chat=chat), "en")]
    assert texts[-2:] == [
        "Rights here: I am a member and may answer.",
        say("en", "telegram-doctor-topics"),
    ]
    assert not any("/data" in text or "Model" in text for text in texts)
    (line,) = wrong(replace(WELL, chat=replace(chat, can_write=False)))
    assert line.startswith("Rights here: I may not write.")
    texts = [line.text for line in examine(replace(WELL, chat=ChatFacts(True, True, False)), "en")]
    assert texts[-1] == "Rights here: I am an administrator, get all messages and may answer."


def restricted(**rights: bool) -> ChatMemberRestricted:
    names = [name for name in ChatMemberRestricted.__slots__ if name.startswith("can_")]
    known: dict[str, Any] = {**dict.fromkeys(names, False), **rights}
    return ChatMemberRestricted(ME, is_member=True, until_date=NOW, **known)


@pytest.mark.parametrize(
    ("member", "everybody", "may"),
    [
        (ChatMemberMember(ME), None, True),
        (ChatMemberMember(ME), ChatPermissions(can_send_messages=True), True),
        (ChatMemberMember(ME), ChatPermissions(can_send_messages=False), False),
        (restricted(can_send_messages=True), ChatPermissions(can_send_messages=False), True),
        (restricted(), ChatPermissions(can_send_messages=True), False),
        (ChatMemberLeft(ME), None, False),
    ],
)
def test_who_may_write(member: ChatMember, everybody: ChatPermissions | None, may: bool) -> None:
    assert may_write(member, everybody) == may


def test_what_cannot_be_examined_weighs_more_than_what_is_wrong() -> None:
    ok, no, unknown = Line("a"), Line("b", is_ok=False), Line("c", is_ok=False, is_known=False)
    assert [exit_code(lines) for lines in ([ok], [ok, no], [ok, no, unknown])] == [0, 1, 2]


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 MB"), (500 << 20, "500 MB"), (9 << 30, "9216 MB"), (10 << 30, "10 GB")],
)
def test_sizes_are_readable(size: int, text: str) -> None:
    assert format_size(size) == text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_worst_news_fit_into_a_message(language: Language) -> None:
    folder = Path("/", *["a-folder-with-a-long-name"] * 20)
    settings = DELIVERED.model_copy(update={"data": folder, "model": "m" * 100})
    failed: dict[str, Any] = {"last_error_date": NOW, "last_error_message": "e" * 100}
    webhook = WebhookInfo(webhook_address(settings), False, 1000, **failed)
    switches = {"supports_inline_queries": True, "supports_guest_queries": False}
    telegram = TelegramFacts(
        me(can_read_all_group_messages=False, **switches), webhook, has_feedback=False, doubles=9
    )
    library = LibraryFacts(0, 10**6, 10**7, samples=10**6)
    disk = DiskFacts(0, "Permission denied")
    lines = examine(Facts(settings, NOW, telegram, library=library, disk=disk), language)
    assert len(lines) == 12
    assert utf16_length("\n\n".join(map(str, lines))) <= MAX_LENGTH


# ---- the disk, from outside


def test_a_folder_that_is_not_there_yet_is_looked_for_above_and_not_made(tmp_path: Path) -> None:
    facts = look_at_disk(tmp_path / "new" / "data")
    assert facts.trouble == ""
    assert facts.free_bytes > 0
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:  # whoever runs the tests may be allowed everything
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    assert look_at_disk(tmp_path) == DiskFacts(0, "Permission denied")


def test_looking_from_outside_leaves_nothing_behind(tmp_path: Path) -> None:
    facts = look_from_outside(Settings(data=tmp_path / "data"))
    assert (facts.telegram, facts.library) == (None, LibraryFacts())
    assert list(tmp_path.iterdir()) == []


def test_a_model_that_there_is_not_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise UnknownEncoder("there is no model 'x'")

    monkeypatch.setattr(embeddings.encoder, "load_encoder", refuse)
    library = look_from_outside(Settings(data=tmp_path, model="x")).library
    assert library == LibraryFacts(trouble="there is no model 'x'")


# ---- in the terminal


async def typed(data: Path, **variables: str) -> tuple[int, str, str]:
    """Type `alinti doctor`; its exit code, output and errors."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.upper().startswith("ALINTI_") and not name.lower().endswith("_proxy")
    }
    ours = {
        "ALINTI_DATA": str(data),
        "ALINTI_LANGUAGE": "en",
        "PYTHONPATH": str(Path(bot.__file__).parents[1]),
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "from bot.cli import main; main()", "doctor"),
        env=kept | ours | variables,
        cwd=data.parent,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(), START_S)
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


def addresses(tg: FakeTelegram) -> dict[str, str]:
    return {"ALINTI_API_URL": tg.base_url, "ALINTI_FILE_URL": tg.base_file_url}


def make_ready(data: Path) -> None:
    """Add a document, and a choice from an inline list to the bot's memory."""
    library = Library(data, embeddings.encoder.load_encoder(None))
    library.add(Document("Belge", "Toplantı çevrim içi yapıldı.", "/b.txt", "b"), SHARED)
    add_samples(library)  # they are told apart
    library.close()
    state = State.in_folder(data)
    quotes = [QuoteReference(1, (0, 8), 0)]
    state.open_card(7, None, 7, language="tr", is_answered=True, quotes=quotes, text="")
    state.close()


async def test_the_command_says_that_all_is_well(tmp_path: Path) -> None:
    data = tmp_path / "data"
    await asyncio.to_thread(make_ready, data)
    async with FakeTelegram(TOKEN, "alinti_bot", privacy=False) as tg:
        code, out, err = await typed(data, ALINTI_TOKEN=TOKEN, **addresses(tg))
        assert not [call for call in tg.calls if call.error]
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert [line for line in lines if line.startswith("✗")] == []
    assert sum(line.startswith("• ") for line in lines) == 1  # on the size of files
    assert lines[0] == "✓ The token is that of @alinti_bot."
    assert "✓ Library: 1 document." in lines
    assert any(line.startswith("✓ Samples: ") for line in lines)
    assert "SECRET" not in out


async def test_the_command_names_what_is_to_be_mended(tmp_path: Path) -> None:
    async with FakeTelegram(TOKEN, "alinti_bot") as tg:
        tg.supports_inline = tg.supports_guests = False
        tg.webhook = {"url": "https://old.example.org/hidden"}
        code, out, err = await typed(
            tmp_path / "data", ALINTI_TOKEN=TOKEN, ALINTI_LANGUAGE="tr", **addresses(tg)
        )
    assert (code, err) == (1, "")
    bad = [line for line in out.splitlines() if line.startswith("✗ ")]
    steps = ["/setinline", "Guest Mode", "old.example.org", "alinti add"]
    assert [step in line for step, line in zip(steps, bad, strict=True)] == [True] * 4
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("token", ["123456:OTHER-SECRET", "7:OTHER-SECRET"])
async def test_the_command_tells_a_refused_token(tmp_path: Path, token: str) -> None:
    async with FakeTelegram(TOKEN) as tg:
        code, out, err = await typed(tmp_path / "data", ALINTI_TOKEN=token, **addresses(tg))
    assert (code, err) == (1, "")
    assert out.splitlines()[0].startswith("✗ Telegram refuses the token (Unauthorized).")
    assert "SECRET" not in out


async def test_the_command_does_not_wait_for_a_telegram_out_of_reach(tmp_path: Path) -> None:
    async with FakeTelegram(TOKEN) as gone:
        pass
    code, out, err = await typed(tmp_path / "data", ALINTI_TOKEN=TOKEN, **addresses(gone))
    assert (code, err) == (2, "")
    assert out.splitlines()[0].startswith(
        f"✗ Telegram cannot be reached at 127.0.0.1:{gone.port} (httpx.ConnectError: "
    )
    assert sum(line.startswith("✗ Telegram") for line in out.splitlines()) == 1
    assert "SECRET" not in out


@pytest.mark.parametrize(("kind", "said"), [("502", "Bad Gateway"), ("429", "Flood")])
async def test_the_command_takes_trouble_of_telegram_as_out_of_reach(
    tmp_path: Path, kind: str, said: str
) -> None:
    async with FakeTelegram(TOKEN) as tg:
        tg.fault(kind, "getMe", times=9, seconds=1000)
        code, out, err = await typed(tmp_path / "data", ALINTI_TOKEN=TOKEN, **addresses(tg))
    assert (code, err) == (2, "")
    assert said in out.splitlines()[0]


async def test_a_telegram_that_does_not_answer_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkup, "_PATIENCE_S", 0.2)
    async with FakeTelegram(TOKEN) as tg:
        tg.fault("slow", "getMe", seconds=1)
        settings = settings_for(tg, tmp_path / "data")
        facts = await asyncio.to_thread(look_from_outside, settings)
    assert facts.telegram == TelegramFacts(trouble="no answer within 0.2 s")


# ---- in Telegram

Load = Callable[[], Library]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def load() -> Library:
        library = Library(tmp_path, LetterEncoder())
        library.add(Document("Belge", "Toplantı çevrim içi yapıldı.", "/b.txt", "b"), SHARED)
        return library

    return load


async def test_an_operator_is_told_everything_in_private(
    tg: FakeTelegram, chat: Chat, ayse: Person, tmp_path: Path, load: Load, mode: str
) -> None:
    tg.privacy = False
    async with serving(tg, tmp_path, load, mode, operators=frozenset({ayse.id})):
        # The library is there when a question about it is answered.
        await chat.send(ayse, "Toplantı nasıl yapıldı?")
        await chat.next_bot_message()
        asked = await chat.send(ayse, "/doctor")
        reply = await chat.next_bot_message()
    lines = reply.text.split("\n\n")
    assert reply.reply_to == asked.id
    assert not [line for line in lines if line.startswith("✗")]
    assert "• " + say("tr", "telegram-doctor-feedback-unknown", bot="@alinti_bot") in lines
    assert lines[0] == "✓ Jeton @alinti_bot botunun."
    assert "✓ Kitaplık: 1 belge." in lines
    assert "✓ Model: bundled. Kodlanan: 1 parçadan 1." in lines
    assert any(("webhook" if mode == "webhook" else "polling") in line for line in lines)
    assert any(str(tmp_path) in line for line in lines)
    assert tg.token not in reply.text
    assert not tg.violations
    assert not [call for call in tg.calls if call.error]


async def test_a_choice_from_an_inline_list_shows_that_feedback_is_on(
    tg: FakeTelegram, chat: Chat, ayse: Person, tmp_path: Path, mode: str
) -> None:
    def load() -> Library:
        library = Library(tmp_path, embeddings.encoder.load_encoder(None))
        library.add(Document("Belge", "Toplantı çevrim içi yapıldı.", "/b.txt", "b"), SHARED)
        return library

    async with serving(tg, tmp_path, load, mode, operators=frozenset({ayse.id})):
        (result, *_) = await tg.inline(ayse, "Toplantı nasıl yapıldı?")
        await result.choose(tg.group("Grup", [ayse]))
        with closing(State.in_folder(tmp_path)) as state:
            for _ in range(250):
                if state.has_inline_choice():
                    break
                await asyncio.sleep(0.02)
        await chat.send(ayse, "/doctor")
        text = (await chat.next_bot_message()).text
    assert "✓ " + say("tr", "telegram-doctor-feedback") in text
    assert not [call for call in tg.calls if call.error]


async def test_for_everybody_else_there_is_no_such_command(
    tg: FakeTelegram, chat: Chat, ayse: Person, tmp_path: Path, load: Load, mode: str
) -> None:
    operator = tg.user("İşleten")
    group = tg.group("Grup", [operator, ayse])
    async with serving(tg, tmp_path, load, mode, operators=frozenset({operator.id})):
        await chat.send(ayse, "/doctor")
        assert (await chat.next_bot_message()).text == say("tr", "telegram-unknown-command")
        await group.send(ayse, "/doctor")
        # An administrator who stays anonymous speaks for the group.
        await group.send(operator, "/doctor", sender_chat=group.raw)
        await group.silent(0.3)
    assert not [call for call in tg.calls if call.error]


async def test_a_group_is_told_what_concerns_it(
    tg: FakeTelegram, ayse: Person, tmp_path: Path, load: Load, mode: str
) -> None:
    forum = tg.supergroup("Forum", [ayse], topics=True)
    topic = await forum.topic("Genel")
    async with serving(tg, tmp_path, load, mode, operators=frozenset({ayse.id})):
        asked = await forum.send(ayse, "/doctor", thread=topic)
        reply = await forum.next_bot_message()
        assert (reply.reply_to, reply.raw["message_thread_id"]) == (asked.id, topic)
        assert "✓ " + say("tr", "telegram-doctor-member") in reply.text
        assert "✓ " + say("tr", "telegram-doctor-topics") in reply.text
        assert reply.text.endswith(say("tr", "telegram-doctor-more"))
        assert str(tmp_path) not in reply.text
        await forum.set_bot("administrator")
        await forum.send(ayse, "/doctor", thread=topic)
        assert say("tr", "telegram-doctor-admin") in (await forum.next_bot_message()).text
    assert not tg.violations
    assert not [call for call in tg.calls if call.error]


async def test_what_a_group_does_not_take_comes_in_private(
    tg: FakeTelegram, chat: Chat, ayse: Person, tmp_path: Path, load: Load
) -> None:
    await chat.send(ayse, "/start")
    group = tg.supergroup("Grup", [ayse])
    group.raw["permissions"] = {"can_send_messages": False}
    async with serving(tg, tmp_path, load, operators=frozenset({ayse.id})):
        await chat.next_bot_message()
        tg.fault("400", "sendMessage")
        await group.send(ayse, "/doctor")
        text = (await chat.next_bot_message()).text
    assert "✗ " + say("tr", "telegram-doctor-silenced") in text
    assert not group.from_bot


async def test_a_library_that_still_loads_is_not_waited_for(
    tg: FakeTelegram, chat: Chat, ayse: Person, tmp_path: Path, load: Load
) -> None:
    loaded = threading.Event()

    def load_late() -> Library:
        assert loaded.wait(10)
        return load()

    async with serving(tg, tmp_path, load_late, operators=frozenset({ayse.id})):
        await chat.send(ayse, "/doctor")
        text = (await chat.next_bot_message()).text
        loaded.set()
    assert "✗ " + say("tr", "telegram-doctor-loading") in text

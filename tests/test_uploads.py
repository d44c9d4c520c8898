"""Files and texts that people add from the chat, through the fake server and the real library."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.intake import Line
from bot.jobs import IN_BURST, Jobs
from bot.localization import LANGUAGES, say
from bot.receipts import error_sentence
from bot.rights import collection_of
from bot.state import State
from bot.worker import Worker
from embeddings.datatypes import SHARED
from embeddings.encoder import load_encoder
from embeddings.errors import REASONS
from embeddings.library import Library
from tests import hostile, intact
from tests.fake_telegram import PATIENCE_S, Chat, FakeTelegram, Msg, User
from tests.fake_telegram.server import DOWNLOAD
from tests.serving import Gate, Load, serving

RULES = """Kütüphane hafta içi saat dokuzda açılır, altıda kapanır.

Ödünç alınan kitaplar on beş gün içinde geri verilir. Süre bir kez uzatılabilir.
"""
QUESTION = "Ödünç alınan kitaplar kaç gün içinde geri verilir?"
ANSWER = "Ödünç alınan kitaplar on beş gün içinde geri verilir."
MUSEUM = "Müze saat onda açılır. Müze biletleri dört avrodur."
MARKET = "Pazar yeri her perşembe kurulur. Tezgâhlar akşam toplanır."
UNDO, ASK = say("tr", "telegram-add-undo"), say("tr", "telegram-add-ask")
REPLACE, KEEP = say("tr", "telegram-add-replace"), say("tr", "telegram-add-keep")
NOT_FOUND = tuple(
    say("tr", message)
    for message in (
        "telegram-not-found",
        "telegram-no-documents",
        "telegram-no-documents-group",
    )
)


@pytest.fixture
async def worker(
    tg: FakeTelegram, tmp_path: Path, workers: list[Gate], load: Load
) -> AsyncIterator[Gate]:
    """Of a bot that is served meanwhile."""
    async with serving(tg, tmp_path, load):
        await tg.wait_call("getMe")
        yield workers[0]
    assert not [c for c in tg.calls if c.error and not c.error.startswith("fault")]
    assert not tg.violations


async def receipt_of(chat: Chat) -> Msg:
    """The bot's next message, as it is when it tells what came of a file."""
    message = await chat.next_bot_message()
    return await message.wait(lambda shown: "⏳" not in shown.text)


async def add(chat: Chat, user: User, name: str, text: str, **extra: Any) -> Msg:
    """Send a file; its receipt."""
    await chat.send(user, document=(name, text.encode()), **extra)
    return await receipt_of(chat)


async def ask(chat: Chat, user: User, question: str = QUESTION) -> Msg:
    await chat.send(user, f"/sor {question}")
    return await chat.next_bot_message()


def stored(folder: Path, chat: Chat) -> list[str]:
    """The titles in a chat's collection."""
    with closing(Library(folder, load_encoder(None))) as library:
        return [document.title for document in library.documents([collection_of(chat.id)])]


async def test_a_file_becomes_a_receipt_and_answers_whichever_way_updates_come(
    tg: FakeTelegram, chat: Chat, ayse: User, tmp_path: Path, mode: str, load: Load
) -> None:
    async with serving(tg, tmp_path, load, mode):
        sent = await chat.send(ayse, document=("kurallar.txt", RULES.encode()))
        receipt = await receipt_of(chat)
        title, counts, *_ = receipt.text.split("\n")
        assert (title, counts) == ("kurallar", "Eklendi: 1 parça.")
        (beginning,) = receipt.marked("blockquote")
        assert " ".join(RULES.split()).startswith(beginning.removesuffix("…"))
        assert receipt.buttons == [UNDO, ASK]
        assert receipt.reply_to == sent.id
        reply = await ask(chat, ayse)
        assert reply.marked("bold") == [ANSWER]
        assert not sent.reactions
    assert not [call for call in tg.calls if call.error]


async def test_a_file_that_waits_is_marked_and_progress_stands_in_one_message(
    tg: FakeTelegram, chat: Chat, ayse: User, worker: Gate
) -> None:
    worker.before.clear()
    sent = await chat.send(ayse, document=("kurallar.txt", RULES.encode()))
    progress = await chat.next_bot_message()
    assert progress.text == say("tr", "telegram-add-reading", name="kurallar.txt")
    assert sent.reactions == ["👀"]
    worker.before.set()
    await progress.wait(lambda shown: UNDO in shown.buttons)
    await tg.until(lambda: not sent.reactions, "end of the mark")
    assert chat.from_bot == [progress]


async def test_what_waits_when_its_chat_is_erased_is_said_to_be_given_up(
    tg: FakeTelegram, chat: Chat, ayse: User, worker: Gate, tmp_path: Path
) -> None:
    worker.before.clear()
    files = [
        await chat.send(ayse, document=(name, text.encode()), media_group_id="9")
        for name, text in {"a.txt": RULES, "b.txt": MUSEUM}.items()
    ]
    progress = await chat.next_bot_message()
    await chat.send(ayse, "/erase")
    question = await chat.next_bot_message()
    await question.press(say("tr", "telegram-erase-yes"))
    stopped = say("tr", "telegram-add-stopped")
    await progress.wait(lambda shown: shown.text == stopped)
    assert not any(file.reactions for file in files)
    worker.before.set()
    assert stored(tmp_path, chat) == []


@pytest.mark.usefixtures("worker")
async def test_undo_removes_and_nothing_of_it_is_quoted_any_more(
    chat: Chat, ayse: User, tmp_path: Path
) -> None:
    receipt = await add(chat, ayse, "kurallar.txt", RULES)
    assert (await receipt.press(UNDO))["text"] == say("tr", "telegram-add-undone")
    assert stored(tmp_path, chat) == []
    await receipt.wait(lambda shown: not shown.buttons)
    assert receipt.text == say("tr", "telegram-add-removed", title="kurallar")
    assert (await ask(chat, ayse)).text in NOT_FOUND


async def test_a_receipt_of_an_earlier_process_can_be_undone(
    tg: FakeTelegram, chat: Chat, ayse: User, tmp_path: Path, workers: list[Gate], load: Load
) -> None:
    for number in range(2):
        async with serving(tg, tmp_path, load):
            if not number:
                receipt = await add(chat, ayse, "kurallar.txt", RULES)
            else:  # at once: it does what it is for when the library is loaded
                answer = await receipt.press(UNDO)
                assert answer["text"] == say("tr", "telegram-add-undone")
                await receipt.wait(lambda shown: not shown.buttons)
    assert stored(tmp_path, chat) == []
    assert len(workers) == 2


@pytest.mark.usefixtures("worker")
async def test_ask_something_opens_a_field_for_a_question(
    tg: FakeTelegram, chat: Chat, group: Chat, ayse: User, can: User
) -> None:
    receipt = await add(chat, ayse, "kurallar.txt", RULES)
    await receipt.press(ASK)
    prompt = await chat.next_bot_message()
    assert prompt.text == say("tr", "telegram-add-ask-private")
    await group.set_bot("administrator", ayse)
    receipt = await add(group, ayse, "kurallar.txt", RULES)
    await receipt.press(say("tr", "telegram-add-ask"), can)  # anybody may ask
    prompt = await group.next_bot_message()
    assert prompt.text == f"Can: {say('en', 'telegram-add-ask-group')}"
    calls = [call.args for call in tg.calls if "force_reply" in call.args.get("reply_markup", {})]
    assert [call["reply_markup"]["selective"] for call in calls] == [False, True]
    await group.send(can, QUESTION, reply_to=prompt)
    assert (await group.next_bot_message()).marked("bold") == [ANSWER]


async def test_an_album_queues_and_shares_one_message_in_which_each_file_can_be_undone(
    tg: FakeTelegram, chat: Chat, ayse: User, worker: Gate, tmp_path: Path
) -> None:
    worker.before.clear()
    for name, text in {"a.txt": RULES, "b.txt": MUSEUM, "c.pdf": "%PDF-1.7"}.items():
        await chat.send(ayse, document=(name, text.encode()), media_group_id="9")
    progress = await chat.next_bot_message()
    worker.before.set()
    await progress.wait(lambda shown: "⏳" not in shown.text)
    first, second, third, *_ = progress.text.split("\n")
    assert (first, second) == ("1. a: Eklendi: 1 parça.", "2. b: Eklendi: 1 parça.")
    assert third.startswith("3. c.pdf: ")
    assert third.removeprefix("3. c.pdf: ") in {error_sentence(r, "tr") for r in REASONS}
    assert progress.buttons == ["↩ 1", "↩ 2", ASK]
    both = await asyncio.gather(progress.press("↩ 1"), progress.press("↩ 2"))
    assert [answer["text"] for answer in both] == [say("tr", "telegram-add-undone")] * 2
    await progress.wait(lambda shown: shown.buttons == [ASK])
    gone = [say("tr", "telegram-add-removed", title=title) for title in "ab"]
    assert progress.text.split("\n")[:2] == [f"1. {gone[0]}", f"2. {gone[1]}"]
    assert "↩" not in progress.text
    assert stored(tmp_path, chat) == []
    assert chat.from_bot == [progress]


async def test_each_chat_has_its_turn_however_many_files_another_one_sends(
    tg: FakeTelegram, chat: Chat, ayse: User, can: User, worker: Gate
) -> None:
    worker.before.clear()
    for number in range(5):
        await chat.send(ayse, document=(f"{number}.txt", f"{MUSEUM} {number}".encode()))
    await tg.until(lambda: worker.sources, "first file")
    other = tg.private(can)
    await other.send(can, document=("pazar.txt", MARKET.encode()))
    await tg.wait_call("setMessageReaction")
    await asyncio.sleep(0.5)
    worker.before.set()
    await receipt_of(other)
    assert worker.sources.index(f"telegram:{other.id}/{6}") <= 2


@pytest.mark.usefixtures("worker")
async def test_the_same_content_again_is_already_here(
    chat: Chat, ayse: User, tmp_path: Path
) -> None:
    await add(chat, ayse, "kurallar.txt", RULES)
    again = await add(chat, ayse, "başka ad.txt", RULES)
    assert again.text.split("\n")[:2] == ["kurallar", say("tr", "telegram-add-already")]
    assert again.buttons == [ASK]
    assert stored(tmp_path, chat) == ["kurallar"]


@pytest.mark.parametrize("chosen", [REPLACE, KEEP])
@pytest.mark.usefixtures("worker")
async def test_a_newer_version_offers_to_replace_the_old_one(
    chat: Chat, ayse: User, tmp_path: Path, chosen: str
) -> None:
    await add(chat, ayse, "kurallar.txt", RULES)
    newer = await add(chat, ayse, "kurallar.txt", RULES + "\nKütüphane pazar günü kapalıdır.\n")
    assert newer.text.endswith(say("tr", "telegram-add-older", title="kurallar"))
    assert newer.buttons == [REPLACE, KEEP, UNDO, ASK]
    await newer.press(chosen)
    # To undo would not bring the older one back.
    kept = [ASK] if chosen == REPLACE else [UNDO, ASK]
    await newer.wait(lambda shown: shown.buttons == kept)
    assert len(stored(tmp_path, chat)) == (1 if chosen == REPLACE else 2)
    assert newer.text.endswith(say("tr", "telegram-add-replaced")) == (chosen == REPLACE)
    assert say("tr", "telegram-add-older", title="kurallar") not in newer.text
    assert newer.marked("blockquote")


@pytest.mark.usefixtures("worker")
async def test_what_is_too_big_is_told_at_once(tg: FakeTelegram, chat: Chat, ayse: User) -> None:
    sent = await chat.send(ayse, document=("film.pdf", b"%PDF" + bytes(20 << 20)))
    assert (await chat.next_bot_message()).text == say("tr", "telegram-add-too-big")
    assert not sent.reactions
    tg.calls = [call for call in tg.calls if call.method != "getFile"]


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.pdf", b"%PDF-1.7 nothing", "damaged"),
        ("a.txt", b"", "empty"),
        ("a.bin", bytes(range(256)) * 9, "kind"),
        ("a.jpg", b"\xff\xd8\xff\xe0", "kind"),
    ],
)
@pytest.mark.usefixtures("worker")
async def test_what_cannot_be_read_is_told_in_one_sentence_and_leaves_no_trace(
    chat: Chat, ayse: User, tmp_path: Path, name: str, data: bytes, reason: str
) -> None:
    await chat.send(ayse, document=(name, data))
    said = (await receipt_of(chat)).text.removeprefix(f"{name}\n")
    assert said == error_sentence(reason, "tr")
    assert stored(tmp_path, chat) == []
    assert not list_incoming(tmp_path)


async def test_a_file_of_each_format_is_added(
    tg: FakeTelegram, chat: Chat, ayse: User, worker: Gate, tmp_path: Path
) -> None:
    worker.before.clear()
    files = intact.intact_files()
    for name, data in files.items():
        await chat.send(ayse, document=(name, data))
    await tg.until(lambda: len(jobs_of(tmp_path)) == 2, "two messages of ten at most")
    worker.before.set()
    await tg.until(lambda: not jobs_of(tmp_path), "end of the queue", 2 * PATIENCE_S)
    lines = [line for message in chat.from_bot for line in message.text.split("\n")]
    assert len([line for line in lines if "Eklendi: " in line]) == len(files)
    (pages,) = [line for line in lines if "sayfa" in line]
    assert "Eklendi: 3 sayfa, " in pages


@pytest.mark.parametrize(
    ("name", "make", "reason"),
    [
        ("taranmış.pdf", intact.scanned_file, "scanned"),
        ("kilitli.pdf", lambda: intact.pdf_file(password="gizli"), "encrypted"),
        ("resim.txt", intact.picture_file, "kind"),
    ],
)
@pytest.mark.usefixtures("worker")
async def test_what_a_file_really_is_is_told(
    chat: Chat, ayse: User, name: str, make: Callable[[], bytes], reason: str
) -> None:
    await chat.send(ayse, document=(name, make()))
    assert (await receipt_of(chat)).text == f"{name}\n{error_sentence(reason, 'tr')}"


async def test_hostile_files_do_no_harm_and_questions_are_answered_meanwhile(
    tg: FakeTelegram, chat: Chat, ayse: User, can: User, worker: Gate, tmp_path: Path
) -> None:
    other = tg.private(can)
    await add(other, can, "kurallar.txt", RULES)
    cases = hostile.all_cases("")["archives"]()
    bombs = [c for c in cases if c.ends <= set(REASONS) and len(c.data) < 1 << 20][:IN_BURST]
    for case in bombs:
        await chat.send(ayse, document=(case.name, case.data))
    await tg.until(lambda: len(worker.sources) > 1, "first bomb")
    assert (await ask(other, can)).marked("bold") == [ANSWER]
    receipt = await receipt_of(chat)
    await receipt.wait(lambda shown: "⏳" not in shown.text, 4 * PATIENCE_S)
    for case, line in zip(bombs, receipt.text.split("\n"), strict=True):
        assert line.partition(": ")[2] in {error_sentence(reason, "tr") for reason in case.ends}
    assert stored(tmp_path, chat) == []
    assert (await ask(other, can)).marked("bold") == [ANSWER]


async def test_files_of_an_operator_go_where_they_have_chosen(
    tg: FakeTelegram, chat: Chat, ayse: User, can: User, tmp_path: Path, load: Load
) -> None:
    with closing(State.in_folder(tmp_path)) as state:
        state.set_target(ayse.id, SHARED)

    async with serving(tg, tmp_path, load, operators=frozenset([ayse.id])):
        receipt = await add(chat, ayse, "kurallar.txt", RULES)
        other = tg.private(can)
        assert (await ask(other, can)).marked("bold") == [ANSWER]
        await receipt.press(UNDO)
        assert (await ask(other, can)).text not in ("", ANSWER)
    with closing(load()) as library:
        assert library.is_empty([SHARED, collection_of(chat.id)])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", REASONS)
def test_each_reason_has_one_sentence_with_what_to_do(language: str, reason: str) -> None:
    said = error_sentence(reason, language)
    assert "\n" not in said
    assert len(said) <= 250


@pytest.mark.usefixtures("worker")
async def test_pictures_and_recordings_are_no_documents(chat: Chat, ayse: User) -> None:
    size = {"file_id": "1", "file_unique_id": "1", "width": 1, "height": 1}
    await chat.send(ayse, photo=[size])
    assert (await chat.next_bot_message()).text == say("tr", "telegram-text-only")


async def test_in_a_group_a_file_of_an_admin_is_added_and_others_are_passed_over(
    tg: FakeTelegram, group: Chat, ayse: User, can: User, worker: Gate, tmp_path: Path
) -> None:
    await group.set_bot("administrator", ayse)
    await group.send(can, document=("sır.txt", MUSEUM.encode()))
    await group.send(ayse, document=("tatil.zip", b"PK\x03\x04"))
    await group.send(ayse, "bakın", photo=[])
    await group.silent()
    receipt = await add(group, ayse, "kurallar.txt", RULES)
    assert receipt.text.startswith("kurallar\n")
    assert stored(tmp_path, group) == ["kurallar"]
    assert len(worker.sources) == 1


@pytest.mark.usefixtures("worker")
async def test_what_a_group_does_not_offer_is_not_kept_on_the_disk(
    tg: FakeTelegram, group: Chat, ayse: User, tmp_path: Path
) -> None:
    await group.set_bot("administrator", ayse)
    await group.send(ayse, "Gizli açıklama", document=("tatil.zip", b"PK\x03\x04"))
    edited = await group.send(ayse, document=("kurallar.txt", RULES.encode()))
    await receipt_of(group)
    await edited.edit("Gizli düzeltme")
    await ask(group, ayse)
    assert b"Gizli" not in inbox_of(tmp_path)


@pytest.mark.usefixtures("worker")
async def test_a_member_who_wants_to_add_is_told_who_may(
    tg: FakeTelegram, group: Chat, ayse: User, can: User, tmp_path: Path
) -> None:
    await group.set_bot("administrator", ayse)
    refused = say("en", "telegram-add-admins-only")
    await group.send(can, "@alinti_bot", document=("a.txt", RULES.encode()))
    assert (await group.next_bot_message()).text == refused
    await group.send(can, "/add", document=("a.txt", RULES.encode()))
    assert (await group.next_bot_message()).text == refused
    await group.send(can, f"/add {RULES}")
    assert (await group.next_bot_message()).text == refused
    wish = "@alinti_bot add this file as well"
    offered = await group.send(can, wish, document=("a.txt", RULES.encode()))
    assert (await group.next_bot_message()).text == refused
    await group.send(can, wish, reply_to=offered)
    assert (await group.next_bot_message()).text == refused
    assert stored(tmp_path, group) == []
    await group.send(ayse, "@alinti_bot bunu da ekler misin?", reply_to=offered)
    receipt = await receipt_of(group)
    answer = await receipt.press(UNDO, can)
    assert (answer["text"], answer["show_alert"]) == (refused, True)
    assert stored(tmp_path, group) == ["a"]
    await group.send(can, f"/sor {QUESTION}", document=("b.txt", MUSEUM.encode()))
    assert (await group.next_bot_message()).marked("bold") == [ANSWER]


@pytest.mark.usefixtures("worker")
async def test_a_file_in_a_topic_is_answered_in_the_topic(tg: FakeTelegram, ayse: User) -> None:
    forum = tg.supergroup("Forum", [ayse], topics=True)
    forum.bot_status = "administrator"
    thread = await forum.topic("Belgeler")
    receipt = await add(forum, ayse, "kurallar.txt", RULES, thread=thread)
    assert receipt.raw["message_thread_id"] == thread
    await receipt.press(ASK)
    assert (await forum.next_bot_message()).raw["message_thread_id"] == thread


async def test_an_edited_caption_adds_nothing_and_asks_nothing(
    chat: Chat, ayse: User, worker: Gate
) -> None:
    sent = await chat.send(ayse, "kurallarımız", document=("kurallar.txt", RULES.encode()))
    await receipt_of(chat)
    await sent.edit("yeni kurallarımız")
    await chat.silent()
    assert len(worker.sources) == 1


@pytest.mark.usefixtures("worker")
async def test_a_caption_that_asks_is_answered_when_the_file_is_read(
    chat: Chat, ayse: User
) -> None:
    sent = await chat.send(ayse, QUESTION, document=("kurallar.txt", RULES.encode()))
    assert UNDO in (await receipt_of(chat)).buttons
    reply = await chat.next_bot_message()
    assert (reply.marked("bold"), reply.reply_to) == ([ANSWER], sent.id)


@pytest.mark.usefixtures("worker")
async def test_a_message_is_added_with_add_as_a_reply_and_quotes_link_to_it(
    tg: FakeTelegram, ayse: User, can: User, tmp_path: Path
) -> None:
    group = tg.supergroup("Grup", [ayse, can])
    pasted = await group.send(can, RULES)
    await group.send(ayse, "/add", reply_to=pasted)
    receipt = await receipt_of(group)
    assert receipt.text.startswith("Kütüphane hafta içi saat dokuzda açılır")
    assert receipt.reply_to == pasted.id
    reply = await ask(group, ayse)
    assert reply.marked("bold") == [ANSWER]
    links = [entity["url"] for entity in reply.entities if entity["type"] == "text_link"]
    assert links == [f"https://t.me/c/{-group.id - 10**12}/{pasted.id}"]
    assert "Can" in reply.text
    for wish in ("/add", "/ekle", "@alinti_bot bunu ekler misin?"):
        # Until then it is the same wish once more.
        await tg.until(lambda: not jobs_of(tmp_path), "end of the queue")
        await group.send(ayse, wish, reply_to=pasted)
        assert say("tr", "telegram-add-already") in (await receipt_of(group)).text


@pytest.mark.usefixtures("worker")
async def test_a_forwarded_message_keeps_its_author_and_its_date(
    tg: FakeTelegram, chat: Chat, ayse: User
) -> None:
    origin = {"type": "hidden_user", "sender_user_name": "Zeynep", "date": 1_700_000_000}
    forwarded = await chat.send(ayse, RULES, forward_origin=origin)
    await chat.next_bot_message()  # a text is a question, too
    await chat.send(ayse, "/add", reply_to=forwarded)
    await receipt_of(chat)
    reply = await ask(chat, ayse)
    assert "Zeynep" in reply.text
    assert "2023" in reply.text


@pytest.mark.usefixtures("worker")
async def test_add_takes_what_stands_behind_it_a_file_above_it_or_tells_how(
    tg: FakeTelegram, group: Chat, chat: Chat, ayse: User, can: User, tmp_path: Path
) -> None:
    await chat.send(ayse, f"/add {RULES}")
    await receipt_of(chat)
    assert (await ask(chat, ayse)).marked("bold") == [ANSWER]
    await chat.send(ayse, "/add")
    how = await chat.next_bot_message()
    assert how.text == say("tr", "telegram-add-how")
    await chat.send(ayse, "/add", reply_to=how)
    assert (await chat.next_bot_message()).text == say("tr", "telegram-add-how")
    file = await group.send(can, document=("müze.txt", MUSEUM.encode()))
    await group.send(ayse, "/add", reply_to=file)
    assert (await receipt_of(group)).reply_to == file.id
    await tg.until(lambda: not file.reactions, "end of the mark")
    await group.send(ayse, "/add bunu da, lütfen", reply_to=file)
    assert say("tr", "telegram-add-already") in (await receipt_of(group)).text
    assert stored(tmp_path, group) == ["müze"]
    sticker = await chat.send(ayse, location={"latitude": 41.0, "longitude": 29.0})
    await chat.next_bot_message()
    await chat.send(ayse, "/add", reply_to=sticker)
    assert (await chat.next_bot_message()).text == error_sentence("kind", "tr")


@pytest.mark.parametrize("kind", ["drop", "502"])
@pytest.mark.usefixtures("worker")
async def test_a_failing_network_costs_no_file(
    tg: FakeTelegram, chat: Chat, ayse: User, kind: str
) -> None:
    tg.fault(kind, "getFile")
    tg.fault(kind, DOWNLOAD)
    assert UNDO in (await add(chat, ayse, "kurallar.txt", RULES)).buttons


@pytest.mark.usefixtures("worker")
async def test_a_file_that_telegram_does_not_give_is_told_of(
    tg: FakeTelegram, chat: Chat, ayse: User
) -> None:
    tg.fault("404", DOWNLOAD)
    receipt = await add(chat, ayse, "kurallar.txt", RULES)
    assert receipt.text == f"kurallar.txt\n{say('tr', 'telegram-add-unavailable')}"


async def test_a_worker_that_dies_is_replaced_and_what_kills_it_is_given_up(
    tg: FakeTelegram, chat: Chat, ayse: User, worker: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    do = Worker.do
    deaths = 0

    async def die(self: Worker, request: Line, report: Callable[[Line], None]) -> Line:
        nonlocal deaths
        if request["name"] == "ölümcül.txt":
            process = await self._start()
            os.kill(process.pid, signal.SIGKILL)
            deaths += 1
        return await do(self, request, report)

    monkeypatch.setattr(Worker, "do", die)
    receipt = await add(chat, ayse, "ölümcül.txt", RULES)
    assert receipt.text == f"ölümcül.txt\n{say('tr', 'telegram-add-gave-up')}"
    assert deaths == 3
    assert UNDO in (await add(chat, ayse, "kurallar.txt", RULES)).buttons
    assert worker.pid


async def test_a_restart_goes_on_where_it_was(
    tg: FakeTelegram, chat: Chat, ayse: User, tmp_path: Path, workers: list[Gate], load: Load
) -> None:
    async with serving(tg, tmp_path, load):
        await tg.wait_call("getMe")
        workers[0].before.clear()
        for name, text in {"a.txt": RULES, "b.txt": MUSEUM}.items():
            await chat.send(ayse, document=(name, text.encode()))
        progress = await chat.next_bot_message()
    with closing(Jobs.in_folder(tmp_path)) as jobs:
        assert len(jobs.of_burst(jobs.bursts()[0])) == 2
    async with serving(tg, tmp_path, load):
        await progress.wait(lambda shown: "⏳" not in shown.text)
        await tg.until(lambda: not list(jobs_of(tmp_path)), "end of the queue")
    assert progress.text.split("\n")[:2] == [
        "1. a: Eklendi: 1 parça.",
        "2. b: Eklendi: 1 parça.",
    ]
    assert chat.from_bot == [progress]
    assert stored(tmp_path, chat) == ["a", "b"]


async def test_what_was_added_before_the_receipt_was_shown_counts_as_added(
    tg: FakeTelegram, chat: Chat, ayse: User, tmp_path: Path, workers: list[Gate], load: Load
) -> None:
    """As after a crash between the two."""
    async with serving(tg, tmp_path, load):
        await tg.wait_call("getMe")
        worker = workers[0]
        done = asyncio.Event()
        do = worker.do

        async def add_and_wait(request: Line, report: Callable[[Line], None]) -> Line:
            await do(request, report)
            done.set()
            return await asyncio.Future()

        worker.do = add_and_wait  # type: ignore[method-assign]
        await chat.send(ayse, document=("kurallar.txt", RULES.encode()))
        await asyncio.wait_for(done.wait(), PATIENCE_S)
    async with serving(tg, tmp_path, load):
        receipt = await receipt_of(chat)
        assert receipt.text.split("\n")[:2] == ["kurallar", "Eklendi: 1 parça."]


def list_incoming(folder: Path) -> list[Path]:
    return list(folder.glob("incoming/*"))


def inbox_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("inbox.db*"))


def jobs_of(folder: Path) -> list[int]:
    with closing(Jobs.in_folder(folder)) as jobs:
        return jobs.bursts()


@pytest.mark.usefixtures("worker")
async def test_an_export_is_one_entry_and_undo_takes_back_all_of_it(
    chat: Chat, ayse: User, tmp_path: Path
) -> None:
    messages = [
        {
            "id": number,
            "type": "message",
            "date": f"2024-01-0{number}T10:00:00",
            "date_unixtime": str(1704103200 + 86400 * number),
            "from": "Kanal",
            "from_id": "channel1234567890",
            "text": f"{number}. duyuru: {text}",
            "text_entities": [],
        }
        for number, text in enumerate([RULES, MUSEUM, MARKET], 1)
    ]
    export = {
        "name": "Duyurular",
        "type": "public_channel",
        "id": 1234567890,
        "messages": messages,
    }
    receipt = await add(chat, ayse, "result.json", json.dumps(export, ensure_ascii=False))
    assert receipt.text.split("\n")[0] == "Duyurular"
    assert receipt.text.split("\n")[1].startswith("Eklendi: 3 bölüm, ")
    assert (await ask(chat, ayse)).marked("bold") == [ANSWER]
    await receipt.press(UNDO)
    assert stored(tmp_path, chat) == []


async def test_jobs_of_a_group_follow_it_when_it_becomes_a_supergroup(
    tg: FakeTelegram, group: Chat, ayse: User, worker: Gate, tmp_path: Path
) -> None:
    await group.set_bot("administrator", ayse)
    worker.before.clear()
    await group.send(ayse, document=("kurallar.txt", RULES.encode()))
    await tg.until(lambda: worker.sources, "file in hand")
    new = await group.migrate()
    await tg.until(lambda: len(worker.sources) == 2, "file in hand again")
    worker.before.set()
    assert UNDO in (await receipt_of(new)).buttons
    assert stored(tmp_path, new) == ["kurallar"]
    assert stored(tmp_path, group) == []
    tg.calls.clear()


async def test_nobody_who_blocks_the_bot_holds_up_the_others(
    tg: FakeTelegram, chat: Chat, ayse: User, can: User, worker: Gate, tmp_path: Path
) -> None:
    worker.before.clear()
    await chat.send(ayse, document=("kurallar.txt", RULES.encode()))
    await tg.until(lambda: worker.sources, "file in hand")
    ayse.block()
    worker.before.set()
    other = tg.private(can)
    assert (await add(other, can, "müze.txt", MUSEUM)).buttons
    await tg.until(lambda: not jobs_of(tmp_path), "end of the queue")
    tg.calls.clear()


async def test_too_many_files_are_refused_for_now(
    tg: FakeTelegram, chat: Chat, ayse: User, worker: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.jobs.WAITING", 2)
    worker.before.clear()
    for number in range(3):
        await chat.send(ayse, document=(f"{number}.txt", f"{MUSEUM} {number}".encode()))
    assert (await chat.next_bot_message()).text == say("tr", "telegram-add-too-many")
    worker.before.set()
    assert (await receipt_of(chat)).buttons == ["↩ 1", "↩ 2", ASK]


async def test_who_sends_too_many_files_is_not_told_of_each(
    tg: FakeTelegram, chat: Chat, ayse: User, worker: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.jobs.WAITING", 1)
    worker.before.clear()
    for number in range(9):
        await chat.send(ayse, document=(f"{number}.txt", f"{MUSEUM} {number}".encode()))
    # The one that is taken is told of, too.
    told = [(await chat.next_bot_message()).text for _ in range(6)]
    assert told.count(say("tr", "telegram-add-too-many")) == 5
    await chat.silent(0.3)
    worker.before.set()


async def test_the_folder_for_files_is_emptied_at_the_start(
    tg: FakeTelegram, tmp_path: Path, load: Load
) -> None:
    left = tmp_path / "incoming" / "7"
    left.parent.mkdir()
    left.write_text(RULES, "utf-8")
    async with serving(tg, tmp_path, load):
        await tg.until(lambda: not left.exists(), "end of the file")

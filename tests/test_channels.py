"""Channels through the fake server: posts read, asked and forgotten, and nothing said there."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.jobs import Jobs, Task
from bot.limits import Limits, Refusal
from bot.localization import say
from bot.rights import collection_of
from bot.state import State
from embeddings.datatypes import SHARED, Document, StoredDocument
from embeddings.encoder import BundledEncoder
from embeddings.errors import StoreError
from embeddings.library import Library
from tests.export_files import channel_export
from tests.fake_telegram import ANONYMOUS, Chat, FakeTelegram, Msg, User
from tests.serving import running, serving

TRIP = "Liman gezisi 12 Mayıs salı günü saat dokuzda iskeleden başlayacak."
TRIP_ASKED = "Liman gezisi saat kaçta başlayacak?"
CHOIR = "Koro provası her perşembe akşamı eski okulun salonunda yapılır."
CHOIR_ASKED = "Koro provası nerede yapılır?"
both_modes = pytest.mark.parametrize("mode", ["polling", "webhook"])
NOT_FOUND = say("tr", "telegram-not-found")
PHOTO = [{"file_id": "1", "file_unique_id": "1", "width": 1, "height": 1}]


class Shelf(Library):
    """The real library, open for the test after the bot has let go of it.

    Attributes:
        failures: How many calls that write are still to fail.
    """

    failures = 0

    def add(self, document: Document, collection: str, **kwargs: Any) -> Any:
        self.fail()
        return super().add(document, collection, **kwargs)

    def remove_source(self, source: str, collection: str) -> list[int]:
        self.fail()
        return super().remove_source(source, collection)

    def fail(self) -> None:
        if self.failures:
            self.failures -= 1
            raise StoreError("/veri: cannot be written")

    def close(self) -> None:
        pass


@pytest.fixture
def library(tmp_path: Path, encoder: BundledEncoder) -> Iterator[Shelf]:
    library = Shelf(tmp_path, encoder)
    yield library
    Library.close(library)


@pytest.fixture
async def bot(tg: FakeTelegram, library: Shelf, tmp_path: Path, mode: str) -> AsyncIterator[None]:
    async with serving(tg, tmp_path, lambda: library, mode):
        yield
    assert not tg.violations
    errors = [call.error for call in tg.calls if call.error]
    assert all(error == "fault slow" or "bot was kicked" in error for error in errors), errors


@pytest.fixture
def can(tg: FakeTelegram) -> User:
    return tg.user("Can", lang="tr")


@pytest.fixture
def channel(tg: FakeTelegram, ayse: User, can: User) -> Chat:
    """Ayşe's; Can reads it."""
    return tg.channel("Kıyı", [ayse, can])


@pytest.fixture
def stranger(tg: FakeTelegram) -> User:
    return tg.user("Deniz", lang="tr")


def documents(library: Library, channel: Chat) -> list[StoredDocument]:
    return library.documents([collection_of(channel.id)])


async def read(tg: FakeTelegram, library: Library, channel: Chat, count: int) -> None:
    """Wait until so many posts are in the channel's collection."""
    await tg.until(lambda: len(documents(library, channel)) == count, f"{count} posts")


async def post_and_read(library: Library, channel: Chat, text: str) -> Msg:
    """Post a text, and wait until it is in the channel's archive."""
    post = await channel.post(text)

    def is_read() -> bool:
        return private_link(post) in [kept.source for kept in documents(library, channel)]

    await channel.tg.until(is_read, "post in the archive")
    return post


async def forget(channel: Chat, post: Msg) -> None:
    """Take a post out of the archive, and wait until that is done."""
    command = await channel.post("/forget", reply_to=post)
    await command.wait(lambda message: message.deleted)


async def ask(chat: Chat, person: User, question: str) -> Msg:
    await chat.send(person, question)
    return await chat.next_bot_message()


def link_of(reply: Msg) -> str:
    """The link below a quote."""
    (link,) = [e["url"] for e in reply.entities if e["type"] == "text_link"]
    return str(link)


def private_link(post: Msg) -> str:
    return f"https://t.me/c/{-post.chat.id - 10**12}/{post.id}"


# ---- reading


@both_modes
@pytest.mark.usefixtures("bot")
async def test_a_new_post_is_found_by_a_member_and_linked(
    tg: FakeTelegram, library: Shelf, channel: Chat, can: User
) -> None:
    post = await channel.post(TRIP, author_signature="Ayşe Yılmaz")
    await read(tg, library, channel, 1)
    (kept,) = documents(library, channel)
    assert (kept.title, kept.source) == ("Kıyı", private_link(post))
    assert kept.series == f"telegram:{channel.id}"
    reply = await ask(tg.private(can), can, TRIP_ASKED)
    assert reply.marked("blockquote") == [TRIP]
    assert link_of(reply) == private_link(post)
    assert "Ayşe Yılmaz" in reply.text
    await channel.silent()


@pytest.mark.usefixtures("bot")
async def test_a_post_of_a_public_channel_is_linked_by_the_channels_name(
    tg: FakeTelegram, library: Shelf, ayse: User
) -> None:
    channel = tg.channel("Kıyı", [ayse], username="kiyi")
    post = await post_and_read(library, channel, TRIP)
    assert [kept.source for kept in documents(library, channel)] == [private_link(post)]
    reply = await ask(tg.private(ayse), ayse, TRIP_ASKED)
    assert link_of(reply) == f"https://t.me/kiyi/{post.id}"


@both_modes
@pytest.mark.usefixtures("bot")
async def test_an_edited_post_replaces_what_it_said(
    tg: FakeTelegram, library: Shelf, channel: Chat, ayse: User
) -> None:
    post = await post_and_read(library, channel, TRIP)
    (before,) = documents(library, channel)
    await post.edit(TRIP.replace("dokuzda", "onda"))
    await tg.until(lambda: documents(library, channel)[0].id != before.id, "new version")
    assert [kept.source for kept in documents(library, channel)] == [before.source]
    reply = await ask(tg.private(ayse), ayse, TRIP_ASKED)
    assert reply.marked("blockquote") == [TRIP.replace("dokuzda", "onda")]


@pytest.mark.usefixtures("bot")
async def test_a_change_that_nobody_sees_changes_nothing(
    tg: FakeTelegram, library: Shelf, channel: Chat
) -> None:
    post = await post_and_read(library, channel, TRIP)
    (before,) = documents(library, channel)
    await post.edit(TRIP)
    await channel.post(CHOIR)
    await read(tg, library, channel, 2)
    assert documents(library, channel)[0].id == before.id


@pytest.mark.usefixtures("bot")
async def test_a_caption_is_read_and_one_that_is_taken_away_is_removed(
    tg: FakeTelegram, library: Shelf, channel: Chat
) -> None:
    post = await channel.post(TRIP, photo=PHOTO)
    await read(tg, library, channel, 1)
    await post.edit("")
    await read(tg, library, channel, 0)


@pytest.mark.usefixtures("bot")
async def test_what_has_no_words_is_no_document(
    tg: FakeTelegram, library: Shelf, channel: Chat
) -> None:
    await channel.post("", photo=PHOTO)
    await channel.post("🎉🎉 !!")
    await channel.post("", new_chat_title="Kıyı")
    last = await channel.post(TRIP)
    await read(tg, library, channel, 1)
    assert documents(library, channel)[0].source == private_link(last)


@pytest.mark.usefixtures("bot")
async def test_an_album_is_read_by_the_picture_that_has_the_caption(
    tg: FakeTelegram, library: Shelf, channel: Chat, ayse: User
) -> None:
    first = await channel.post(TRIP, photo=PHOTO, media_group_id="7")
    await channel.post("", photo=PHOTO, media_group_id="7")
    await channel.post("", photo=PHOTO, media_group_id="7")
    await read(tg, library, channel, 1)
    reply = await ask(tg.private(ayse), ayse, TRIP_ASKED)
    assert link_of(reply) == private_link(first)


@pytest.mark.usefixtures("bot")
async def test_a_forwarded_post_and_a_poll_count(
    tg: FakeTelegram, library: Shelf, channel: Chat, ayse: User
) -> None:
    elsewhere = tg.channel("Koro", [ayse])
    elsewhere.bot_status = "left"
    post = await (await elsewhere.post(CHOIR)).forward(None, channel)
    poll = {
        "id": "1",
        "question": "Gezi için hangi tekne tutulsun?",
        "options": [
            {"persistent_id": name, "text": name, "voter_count": 0} for name in ("Martı", "Yunus")
        ],
        "total_voter_count": 0,
        "is_closed": False,
        "is_anonymous": True,
        "type": "regular",
        "allows_multiple_answers": False,
        "allows_revoting": False,
        "members_only": False,
    }
    await channel.post("", poll=poll)
    await read(tg, library, channel, 2)
    chat = tg.private(ayse)
    assert link_of(await ask(chat, ayse, CHOIR_ASKED)) == private_link(post)
    assert "Martı" in (await ask(chat, ayse, "Gezi için hangi tekne tutulsun?")).text


@both_modes
@pytest.mark.usefixtures("bot")
async def test_of_many_posts_at_once_none_is_left_out(
    tg: FakeTelegram, library: Shelf, channel: Chat
) -> None:
    """Of what a chat asks, only 50 things wait; a post is posted once."""
    for number in range(70):
        await channel.post(f"{number}. duyuru: tekne kalktı.")
    await tg.until(lambda: len(documents(library, channel)) == 70, "70 posts")
    sources = [kept.source for kept in documents(library, channel)]
    assert sources == [private_link(post) for post in channel.messages.values()]


@both_modes
@pytest.mark.usefixtures("bot")
async def test_a_post_that_comes_twice_is_there_once(
    tg: FakeTelegram, library: Shelf, channel: Chat
) -> None:
    tg.duplicate_updates(2)
    await channel.post(TRIP)
    await channel.post(CHOIR)
    await read(tg, library, channel, 2)
    await asyncio.sleep(0.3)
    assert len(documents(library, channel)) == 2


@pytest.mark.usefixtures("bot")
async def test_a_post_is_kept_when_the_library_can_be_written_again(
    library: Shelf, channel: Chat
) -> None:
    library.failures = 2
    await post_and_read(library, channel, TRIP)
    assert not library.failures


async def test_a_process_that_is_killed_loses_no_post(
    tg: FakeTelegram, tmp_path: Path, channel: Chat, encoder: BundledEncoder
) -> None:
    data = tmp_path / "data"
    async with running(tg, data) as bot:
        await bot.logged("Listening")
        for number in range(20):
            await channel.post(f"{number}. duyuru: tekne kalktı.")
        await tg.until(lambda: count_kept(data) > 2, "posts")
        bot.process.kill()
        await bot.ended()
    async with running(tg, data):
        await tg.until(lambda: count_kept(data) == 20, "all posts")
    with closing(Library(data, encoder)) as library:
        sources = [kept.source for kept in documents(library, channel)]
    assert sources == [private_link(post) for post in channel.messages.values()]


def count_kept(data: Path) -> int:
    try:
        with closing(sqlite3.connect(data / "library.db")) as database:
            return int(database.execute("SELECT count(*) FROM documents").fetchone()[0])
    except sqlite3.Error:  # it is not made yet
        return 0


# ---- files of posts


@pytest.mark.usefixtures("bot")
async def test_the_file_of_a_post_is_read_and_nothing_is_said_of_it(
    tg: FakeTelegram, library: Shelf, channel: Chat, ayse: User
) -> None:
    post = await channel.post("Gezinin programı ektedir.", document=("gezi.txt", TRIP.encode()))
    await tg.until(lambda: len(documents(library, channel)) == 2, "caption and file")
    await asyncio.sleep(0.3)
    assert {"setMessageReaction", "sendMessage"}.isdisjoint(call.method for call in tg.calls)
    reply = await ask(tg.private(ayse), ayse, TRIP_ASKED)
    assert reply.marked("blockquote") == [TRIP]
    assert link_of(reply) == private_link(post) + "?single"


@pytest.mark.usefixtures("bot")
async def test_an_edited_post_has_its_new_file_read_and_the_old_one_forgotten(
    tg: FakeTelegram, library: Shelf, channel: Chat
) -> None:
    post = await channel.post("Program", document=("gezi.txt", TRIP.encode()))
    await tg.until(lambda: len(documents(library, channel)) == 2, "caption and file")
    await post.edit("Yeni program")
    new = tg.store_file(CHOIR.encode(), "koro.txt")
    await post.edit("Yeni program", document=new)
    texts = [CHOIR, "Yeni program"]
    await tg.until(lambda: texts_of(library, channel) == texts, "new file")
    assert sum(call.method == "getFile" for call in tg.calls) == 2
    post.raw.pop("document")
    await post.edit("Yeni program", photo=PHOTO)
    await tg.until(lambda: texts_of(library, channel) == texts[1:], "caption alone")


@pytest.mark.usefixtures("bot")
async def test_a_forgotten_post_takes_its_file_along_one_that_waits_too(
    tg: FakeTelegram, library: Shelf, channel: Chat
) -> None:
    first = await channel.post("Program", document=("gezi.txt", TRIP.encode()))
    await tg.until(lambda: len(documents(library, channel)) == 2, "caption and file")
    await forget(channel, first)
    assert not documents(library, channel)
    tg.fault("slow", "getFile", seconds=1)
    second = await channel.post("", document=("koro.txt", CHOIR.encode()))
    await forget(channel, second)
    await asyncio.sleep(2)
    assert not documents(library, channel)


@pytest.mark.usefixtures("bot")
async def test_a_file_that_cannot_be_read_is_logged_and_not_told_of(
    tg: FakeTelegram,
    library: Shelf,
    channel: Chat,
    caplog: pytest.LogCaptureFixture,
) -> None:
    post = await channel.post("", document=("bozuk.pdf", b"%PDF-1.7 bozuk"))
    await tg.until(lambda: "could not be read" in caplog.text, "line in the log")
    assert private_link(post) in caplog.text
    assert not documents(library, channel)
    await channel.silent(0.3)


# ---- what was posted before


def export(channel: Chat, *texts: str) -> bytes:
    """What Telegram Desktop exports of the channel."""
    return channel_export(-channel.id - 10**12, channel.raw["title"], *texts)


@pytest.mark.usefixtures("bot")
async def test_an_admin_sends_the_export_of_a_channel_and_it_joins_the_archive(
    tg: FakeTelegram, library: Shelf, channel: Chat, ayse: User, can: User
) -> None:
    """What is there already is not there twice, and what was forgotten does not come back."""
    first = await channel.post(TRIP)
    second = await channel.post("Bu gönderi unutulacak.")
    await forget(channel, second)
    chat = tg.private(ayse)
    data = export(channel, TRIP, second.text, "", CHOIR)
    await chat.send(ayse, "", document=("result.json", data))
    receipt = await chat.next_bot_message()
    await receipt.wait(lambda message: "Kıyı" in message.text)
    assert say("tr", "telegram-channels-imported") in receipt.text
    assert receipt.buttons == [say("tr", "telegram-add-ask")]
    sources = [kept.source for kept in documents(library, channel)]
    assert sources == [private_link(first), f"{private_link(first)[:-1]}4"]
    assert library.entries([collection_of(channel.id)])[0].documents == 2
    assert not library.documents([collection_of(ayse.id)])
    assert CHOIR in (await ask(tg.private(can), can, CHOIR_ASKED)).text


@pytest.mark.usefixtures("bot")
async def test_the_export_of_somebody_else_stays_in_their_own_collection(
    tg: FakeTelegram, library: Shelf, channel: Chat, can: User
) -> None:
    await channel.post(TRIP)
    chat = tg.private(can)
    await chat.send(can, "", document=("result.json", export(channel, "Uydurma.", CHOIR)))
    receipt = await chat.next_bot_message()
    await receipt.wait(lambda message: "Kıyı" in message.text)
    assert len(library.documents([collection_of(can.id)])) == 2
    assert texts_of(library, channel) == [TRIP]


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("is_later", [False, True])
async def test_of_two_versions_of_a_post_the_later_one_stays_whichever_comes_last(
    tg: FakeTelegram, library: Shelf, channel: Chat, ayse: User, is_later: bool
) -> None:
    edited = TRIP.replace("dokuzda", "onda")
    post = await channel.post(TRIP)
    await post.edit(edited)
    exported = json.loads(export(channel, TRIP, CHOIR))
    if is_later:
        exported["messages"][0]["edited_unixtime"] = str(post.raw["edit_date"] + 1)
    chat = tg.private(ayse)
    await chat.send(ayse, "", document=("result.json", json.dumps(exported).encode()))
    receipt = await chat.next_bot_message()
    await receipt.wait(lambda message: "Kıyı" in message.text)
    assert texts_of(library, channel) == sorted([CHOIR, TRIP if is_later else edited])


def texts_of(library: Library, channel: Chat) -> list[str]:
    """The texts of all documents of a channel, sorted."""
    return sorted(document.text for document in library.read_all(collection_of(channel.id)))


# ---- asking in the channel


@both_modes
@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize(
    "asked",
    [
        f"/sor {TRIP_ASKED}",
        f"/ask@alinti_bot {TRIP_ASKED}",
        f"@alinti_bot {TRIP_ASKED}",
        "Liman gezisi saat kaçta başlayacak, @alinti_bot?",
    ],
)
async def test_a_post_that_asks_is_answered_there_and_is_not_kept(
    tg: FakeTelegram, library: Shelf, channel: Chat, asked: str
) -> None:
    post = await channel.post(TRIP)
    question = await channel.post(asked)
    reply = await channel.next_bot_message()
    assert reply.reply_to == question.id
    assert reply.marked("blockquote") == [TRIP]
    assert link_of(reply) == private_link(post)
    await channel.post(CHOIR)
    await read(tg, library, channel, 2)
    await channel.silent(0.3)


@pytest.mark.usefixtures("bot")
async def test_what_a_channel_does_not_hold_is_not_found_there(
    library: Shelf, channel: Chat, ayse: User
) -> None:
    """Not even where an admin of the channel has it in the private chat."""
    library.add(Document("Koro", CHOIR, "/koro.txt", "1"), collection_of(ayse.id))
    await channel.post(TRIP)
    await channel.post(f"/sor {CHOIR_ASKED}")
    assert (await channel.next_bot_message()).text == NOT_FOUND


@both_modes
@pytest.mark.usefixtures("bot")
async def test_an_edited_question_has_its_answer_changed(library: Shelf, channel: Chat) -> None:
    await channel.post(TRIP)
    await channel.post(CHOIR)
    question = await channel.post(f"/sor {TRIP_ASKED}")
    reply = await channel.next_bot_message()
    await question.edit(f"/sor {CHOIR_ASKED}")
    await reply.next_edit()
    assert reply.marked("blockquote") == [CHOIR]
    assert len(documents(library, channel)) == 2


@pytest.mark.usefixtures("bot")
async def test_a_post_that_becomes_a_question_leaves_the_archive(
    tg: FakeTelegram, library: Shelf, channel: Chat
) -> None:
    await channel.post(TRIP)
    question = await channel.post(f"sor {TRIP_ASKED}")
    await read(tg, library, channel, 2)
    await question.edit(f"/sor {TRIP_ASKED}")
    reply = await channel.next_bot_message()
    assert reply.reply_to == question.id
    assert reply.marked("blockquote") == [TRIP]
    await read(tg, library, channel, 1)


@pytest.mark.usefixtures("bot")
async def test_a_post_that_tells_of_the_bot_is_kept_and_not_answered(
    tg: FakeTelegram, library: Shelf, channel: Chat
) -> None:
    await channel.post("Eski duyuruları @alinti_bot arar, sorularınızı ona yazın.")
    await read(tg, library, channel, 1)
    await channel.silent(0.3)


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("said", ["/sor", "@alinti_bot", "@alinti_bot merhaba", "/ask ?!"])
async def test_a_post_that_asks_nothing_is_left_alone(
    library: Shelf, channel: Chat, said: str
) -> None:
    await channel.post(said)
    await post_and_read(library, channel, TRIP)
    assert texts_of(library, channel) == [TRIP]
    await channel.silent(0.3)


@pytest.mark.usefixtures("bot")
async def test_a_channel_that_asks_too_often_is_not_answered_nor_told(
    tg: FakeTelegram, library: Shelf, channel: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Limits, person: int, group: int | None = None) -> Refusal:
        asked.append((person, group))
        return Refusal("group", 5, is_first=True)

    asked: list[tuple[int, int | None]] = []
    monkeypatch.setattr(Limits, "take", refuse)
    await channel.post(TRIP)
    await channel.post(f"/sor {TRIP_ASKED}")
    await channel.post(CHOIR)
    await read(tg, library, channel, 2)
    await channel.silent(0.3)
    assert asked == [(channel.id, channel.id)]


@pytest.mark.usefixtures("bot")
async def test_what_was_sent_by_way_of_the_bot_is_not_kept(
    tg: FakeTelegram, library: Shelf, channel: Chat
) -> None:
    """It quotes what stands elsewhere, perhaps where the channel's readers may not read."""
    await channel.post(CHOIR, via_bot=tg.bot.raw)
    await post_and_read(library, channel, TRIP)
    assert texts_of(library, channel) == [TRIP]


async def test_a_channel_where_the_bot_may_not_post_is_read_and_is_no_trouble(
    tg: FakeTelegram,
    library: Shelf,
    channel: Chat,
    tmp_path: Path,
    mode: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    channel.bot_status = "member"
    async with serving(tg, tmp_path, lambda: library, mode):
        await channel.post(TRIP)
        await channel.post(f"/sor {TRIP_ASKED}")
        await channel.post(CHOIR)
        await read(tg, library, channel, 2)
    assert [call.method for call in tg.calls if call.error] == ["sendMessage"]
    ours = [record for record in caplog.records if record.name.startswith("bot")]
    assert not [record for record in ours if record.levelname == "ERROR"]


# ---- asking in the discussion group


@pytest.fixture
def linked(tg: FakeTelegram, channel: Chat, ayse: User, can: User) -> Chat:
    """The discussion group of the channel, where the bot is an admin and sees everything."""
    group = tg.supergroup("Kıyı sohbet", [ayse, can])
    group.bot_status = "administrator"
    channel.link(group)
    return group


@pytest.mark.usefixtures("bot")
async def test_the_discussion_group_searches_its_own_and_the_channels_archive(
    tg: FakeTelegram, library: Shelf, channel: Chat, linked: Chat, can: User
) -> None:
    library.add(Document("Koro", CHOIR, "/koro.txt", "1"), collection_of(linked.id))
    post = await post_and_read(library, channel, TRIP)
    reply = await ask(linked, can, f"/sor {TRIP_ASKED}")
    assert reply.marked("blockquote") == [TRIP]
    assert link_of(reply) == private_link(post)
    assert CHOIR in (await ask(linked, can, f"/sor {CHOIR_ASKED}")).text
    assert sum(call.method == "getChat" for call in tg.calls) == 1


@pytest.mark.usefixtures("bot")
async def test_buttons_work_in_the_discussion_group(
    library: Shelf, channel: Chat, linked: Chat, can: User
) -> None:
    post = await post_and_read(library, channel, f"{TRIP}\n\n{CHOIR}")
    reply = await ask(linked, can, f"/sor {TRIP_ASKED}")
    await reply.press(say("tr", "telegram-card-wide"), can)
    await reply.wait(lambda shown: CHOIR in shown.text)
    assert link_of(reply) == private_link(post)


@both_modes
@pytest.mark.usefixtures("bot")
async def test_posts_that_are_passed_on_are_neither_kept_twice_nor_answered(
    library: Shelf, channel: Chat, linked: Chat
) -> None:
    await channel.post(TRIP)
    await channel.post(f"/sor {TRIP_ASKED}")
    await channel.next_bot_message()
    assert len(linked.messages) == 3
    await linked.silent(0.5)
    assert documents(library, linked) == []
    assert len(documents(library, channel)) == 1


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("why", ["another group", "no admin", "out"])
async def test_a_channels_archive_is_not_searched_where_it_does_not_belong(
    tg: FakeTelegram, library: Shelf, channel: Chat, ayse: User, can: User, why: str
) -> None:
    group = tg.supergroup("Başka", [ayse, can])
    library.add(Document("Koro", CHOIR, "/koro.txt", "1"), collection_of(group.id))
    if why != "another group":
        channel.link(group)
    await post_and_read(library, channel, TRIP)
    if why == "no admin":
        channel.bot_status = "member"
    if why == "out":
        await channel.set_bot("kicked")
    assert (await ask(group, can, f"/sor {TRIP_ASKED}")).text == NOT_FOUND


@pytest.mark.usefixtures("bot")
async def test_a_group_is_not_linked_to_where_a_channel_is_and_its_words_stay_inside(
    library: Shelf, channel: Chat, linked: Chat
) -> None:
    """The link goes both ways; what is read goes from the channel into the group only."""
    library.add(Document("Koro", CHOIR, "/koro.txt", "1"), collection_of(linked.id))
    await channel.post(TRIP)
    await channel.post(f"/sor {CHOIR_ASKED}")
    assert (await channel.next_bot_message()).text == NOT_FOUND


# ---- asking elsewhere


@pytest.mark.usefixtures("bot")
async def test_who_is_no_member_gets_nothing_by_any_way(
    tg: FakeTelegram, library: Shelf, channel: Chat, can: User, stranger: User
) -> None:
    await post_and_read(library, channel, TRIP)
    library.add(Document("Koro", CHOIR, "/koro.txt", "1"), SHARED)
    assert (await ask(tg.private(stranger), stranger, TRIP_ASKED)).text == NOT_FOUND
    offered = await tg.inline(stranger, TRIP_ASKED)
    assert not [result for result in offered if TRIP in result.text]
    group = tg.supergroup("Başka", [stranger])
    assert (await ask(group, stranger, f"/sor {TRIP_ASKED}")).text == NOT_FOUND
    foreign = tg.foreign_group("Yabancı", [can, stranger])
    mention = await ask(foreign, can, f"@alinti_bot {TRIP_ASKED}")
    assert TRIP not in mention.text
    assert [r.text for r in await tg.inline(can, TRIP_ASKED) if TRIP in r.text]


@pytest.mark.usefixtures("bot")
async def test_a_private_chat_does_not_search_the_groups_of_the_person(
    tg: FakeTelegram, library: Shelf, group: Chat, channel: Chat, can: User
) -> None:
    await post_and_read(library, channel, TRIP)
    library.add(Document("Koro", CHOIR, "/koro.txt", "1"), collection_of(group.id))
    await ask(group, can, f"/sor {CHOIR_ASKED}")
    assert (await ask(tg.private(can), can, CHOIR_ASKED)).text == NOT_FOUND


@pytest.mark.usefixtures("bot")
async def test_who_has_left_a_channel_does_not_read_it_any_more(
    tg: FakeTelegram, library: Shelf, channel: Chat, can: User
) -> None:
    await channel.post(TRIP)
    await channel.post(CHOIR)
    await read(tg, library, channel, 2)
    chat = tg.private(can)
    reply = await ask(chat, can, TRIP_ASKED)
    channel.people.remove(can)
    left = {
        "chat": channel.raw,
        "from": can.raw,
        "date": 1,
        "old_chat_member": tg.member("member", can.raw),
        "new_chat_member": tg.member("left", can.raw),
    }
    tg.push("chat_member", left, channel.id)
    answer = await reply.press(say("tr", "telegram-card-wide"), can)
    assert answer["text"] == say("tr", "telegram-card-gone")
    library.add(Document("Liman", "Limanda fener var.", "/liman.txt", "1"), SHARED)
    assert (await ask(chat, can, CHOIR_ASKED)).text == NOT_FOUND


@pytest.mark.usefixtures("bot")
async def test_an_answer_does_not_wait_long_for_what_telegram_knows_of_members(
    tg: FakeTelegram, library: Shelf, channel: Chat, can: User
) -> None:
    await post_and_read(library, channel, TRIP)
    library.add(Document("Koro", CHOIR, "/koro.txt", "1"), collection_of(can.id))
    tg.fault("slow", "getChatMember", seconds=4)
    assert CHOIR in (await ask(tg.private(can), can, CHOIR_ASKED)).text
    (asked,) = [call for call in tg.calls if call.method == "getChatMember"]
    (sent,) = [call for call in tg.calls if call.method == "sendMessage"]
    assert 1 < sent.at - asked.at < 3


# ---- forgetting


@both_modes
@pytest.mark.usefixtures("bot")
async def test_a_reply_in_the_channel_forgets_a_post_and_goes_too(
    tg: FakeTelegram, library: Shelf, channel: Chat, can: User
) -> None:
    post = await channel.post(TRIP)
    await channel.post(CHOIR)
    await read(tg, library, channel, 2)
    await forget(channel, post)
    assert [kept.source for kept in documents(library, channel)] == [
        private_link(channel.messages[2])
    ]
    assert not post.deleted
    assert (await ask(tg.private(can), can, TRIP_ASKED)).text == NOT_FOUND
    await channel.silent(0.3)


@pytest.mark.usefixtures("bot")
async def test_a_post_that_is_forgotten_does_not_come_back_when_it_is_edited(
    tg: FakeTelegram, library: Shelf, channel: Chat
) -> None:
    post = await channel.post(TRIP)
    await forget(channel, post)
    await post.edit(TRIP.replace("dokuzda", "onda"))
    await channel.post(CHOIR)
    await read(tg, library, channel, 1)
    assert [kept.source for kept in documents(library, channel)] == [
        private_link(channel.messages[3])
    ]


async def test_a_command_that_may_not_be_deleted_works_and_stays(
    tg: FakeTelegram, library: Shelf, channel: Chat, tmp_path: Path, mode: str
) -> None:
    channel.bot_may_delete = False
    async with serving(tg, tmp_path, lambda: library, mode):
        post = await channel.post(TRIP)
        await read(tg, library, channel, 1)
        command = await channel.post("/forget", reply_to=post)
        call = await tg.wait_call("deleteMessage")
        assert "can't be deleted" in call.error
        assert not documents(library, channel)
        assert not command.deleted
        await channel.silent(0.3)


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("what", ["alone", "edited into it"])
async def test_a_command_that_forgets_nothing_is_no_post(
    library: Shelf, channel: Chat, what: str
) -> None:
    if what == "alone":
        await channel.post("/forget")
    else:
        first = await channel.post("", photo=PHOTO)
        second = await channel.post("🎉", reply_to=first)
        await second.edit("/forget")
    await post_and_read(library, channel, TRIP)
    assert texts_of(library, channel) == [TRIP]
    await channel.silent(0.3)


@pytest.mark.usefixtures("bot")
async def test_a_reply_to_an_answer_in_the_channel_forgets_the_post_that_it_quotes(
    library: Shelf, channel: Chat
) -> None:
    await channel.post(TRIP)
    await channel.post(CHOIR)
    await channel.post(f"/sor {TRIP_ASKED}")
    reply = await channel.next_bot_message()
    await forget(channel, reply)
    assert [kept.source for kept in documents(library, channel)] == [
        private_link(channel.messages[2])
    ]


@pytest.mark.usefixtures("bot")
async def test_a_channel_does_not_forget_for_others_what_is_quoted_in_it(
    tg: FakeTelegram, library: Shelf, channel: Chat
) -> None:
    library.add(Document("Gezi", TRIP, "/gezi.txt", "1", series="telegram:-5"), SHARED)
    await channel.post(f"/sor {TRIP_ASKED}")
    reply = await channel.next_bot_message()
    command = await channel.post("/forget", reply_to=reply)
    await channel.post(CHOIR)
    await read(tg, library, channel, 1)
    assert not command.deleted
    assert len(library.documents([SHARED])) == 1


@pytest.mark.usefixtures("bot")
async def test_an_admin_forgets_a_post_that_is_forwarded_to_the_private_chat(
    tg: FakeTelegram, library: Shelf, channel: Chat, ayse: User
) -> None:
    post = await post_and_read(library, channel, TRIP)
    chat = tg.private(ayse)
    forwarded = await post.forward(ayse, chat)
    await chat.next_bot_message()  # a text there is a question
    await chat.send(ayse, "/forget", reply_to=forwarded)
    assert (await chat.next_bot_message()).text == say("tr", "telegram-channels-forgotten")
    assert not documents(library, channel)
    # As after a crash: it is forgotten, even if there is nothing to do any more.
    await chat.send(ayse, "/forget", reply_to=forwarded)
    assert (await chat.next_bot_message()).text == say("tr", "telegram-channels-forgotten")


@pytest.mark.usefixtures("bot")
async def test_a_post_that_was_never_read_is_not_there_to_be_forgotten(
    tg: FakeTelegram, channel: Chat, ayse: User
) -> None:
    chat = tg.private(ayse)
    channel.bot_status = "left"
    post = await channel.post(TRIP)
    channel.bot_status = "administrator"
    forwarded = await post.forward(ayse, chat)
    await chat.next_bot_message()
    await chat.send(ayse, "/forget", reply_to=forwarded)
    assert (await chat.next_bot_message()).text == say("tr", "telegram-channels-forget-nothing")


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("how", ["forwarded", "quoted", "reply to another chat"])
async def test_who_does_not_decide_for_a_channel_is_refused(
    tg: FakeTelegram, library: Shelf, channel: Chat, can: User, how: str
) -> None:
    post = await post_and_read(library, channel, TRIP)
    chat = tg.private(can)
    if how == "forwarded":
        replied = await post.forward(can, chat)
        await chat.next_bot_message()
        await chat.send(can, "/forget", reply_to=replied)
    elif how == "quoted":
        await chat.send(can, "/forget", reply_to=await ask(chat, can, TRIP_ASKED))
    else:
        external = {"origin": post.origin, "chat": channel.raw, "message_id": post.id}
        await chat.send(can, "/forget", external_reply=external)
    refused = await chat.next_bot_message()
    assert refused.text == say("tr", "telegram-channels-forget-refused")
    assert len(documents(library, channel)) == 1


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("how", ["quoted", "passed on", "external", "as the channel"])
async def test_an_admin_of_the_channel_forgets_a_post_in_the_discussion_group(
    library: Shelf, channel: Chat, linked: Chat, ayse: User, how: str
) -> None:
    post = await post_and_read(library, channel, TRIP)
    (passed_on,) = linked.messages.values()
    if how == "quoted":
        reply = await ask(linked, ayse, f"/sor {TRIP_ASKED}")
        await linked.send(ayse, "/forget", reply_to=reply)
    elif how == "passed on":
        await linked.send(ayse, "/forget", reply_to=passed_on)
    elif how == "external":
        external = {"origin": post.origin, "chat": channel.raw, "message_id": post.id}
        await linked.send(ayse, "/forget", external_reply=external)
    else:
        as_channel = {**ANONYMOUS, "sender_chat": channel.raw}
        await linked.send(ayse, "/forget", reply_to=passed_on, **as_channel)
    assert (await linked.next_bot_message()).text == say("tr", "telegram-channels-forgotten")
    assert not documents(library, channel)


@pytest.mark.usefixtures("bot")
async def test_an_admin_of_the_group_alone_does_not_decide_for_the_channel(
    library: Shelf, channel: Chat, linked: Chat, can: User
) -> None:
    await post_and_read(library, channel, TRIP)
    linked.admins.append(can)
    (passed_on,) = linked.messages.values()
    as_group = {**ANONYMOUS, "sender_chat": linked.raw}
    await linked.send(can, "/forget", reply_to=passed_on)
    await linked.send(can, "/forget", reply_to=passed_on, **as_group)
    for _ in range(2):
        refused = await linked.next_bot_message()
        assert refused.text == say("tr", "telegram-channels-forget-refused")
    assert len(documents(library, channel)) == 1


@pytest.mark.usefixtures("bot")
async def test_a_quoted_document_that_is_no_post_is_not_forgotten(
    tg: FakeTelegram, library: Shelf, ayse: User
) -> None:
    library.add(Document("Koro", CHOIR, "/koro.txt", "1"), collection_of(ayse.id))
    chat = tg.private(ayse)
    await chat.send(ayse, "/forget", reply_to=await ask(chat, ayse, CHOIR_ASKED))
    said = await chat.next_bot_message()
    assert said.text == say("tr", "telegram-channels-forget-document")
    assert len(library.documents([collection_of(ayse.id)])) == 1


async def test_an_operator_decides_about_shared_posts_and_nobody_else(
    tg: FakeTelegram, library: Shelf, tmp_path: Path, mode: str, ayse: User, can: User
) -> None:
    library.add(Document("Koro", CHOIR, "/koro.txt", "1", series="telegram:-7"), SHARED)
    async with serving(tg, tmp_path, lambda: library, mode, operators=[ayse.id]):
        for person, said, left in ((can, "forget-refused", 1), (ayse, "forgotten", 0)):
            chat = tg.private(person)
            await chat.send(person, "/forget", reply_to=await ask(chat, person, CHOIR_ASKED))
            assert (await chat.next_bot_message()).text == say("tr", f"telegram-channels-{said}")
            assert len(library.documents([SHARED])) == left


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("where", ["alone", "to the bot"])
async def test_a_command_that_means_nothing_tells_how_it_works(
    tg: FakeTelegram, ayse: User, where: str
) -> None:
    chat = tg.private(ayse)
    replied = None
    if where == "to the bot":
        await chat.send(ayse, "/help")
        replied = await chat.next_bot_message()
    await chat.send(ayse, "/forget", reply_to=replied)
    assert (await chat.next_bot_message()).text == say("tr", "telegram-channels-forget-how")


@pytest.mark.usefixtures("bot")
async def test_a_post_with_a_file_is_read_though_the_queue_cannot_be_written_for_a_moment(
    tg: FakeTelegram, channel: Chat, library: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep, failures = Jobs.keep, [StoreError("/veri: cannot be written")]

    def keep_at_last(jobs: Jobs, task: Task) -> bool:
        if failures:
            raise failures.pop()
        return keep(jobs, task)

    monkeypatch.setattr(Jobs, "keep", keep_at_last)
    await channel.post(TRIP, document=("koro.txt", CHOIR.encode()))
    await read(tg, library, channel, 2)
    assert not failures


@pytest.mark.usefixtures("bot")
async def test_trouble_with_the_library_is_told(
    tg: FakeTelegram, library: Shelf, channel: Chat, ayse: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels._TRIALS", 2)
    post = await post_and_read(library, channel, TRIP)
    chat = tg.private(ayse)
    forwarded = await post.forward(ayse, chat)
    await chat.next_bot_message()
    library.failures = 2
    await chat.send(ayse, "/forget", reply_to=forwarded)
    assert (await chat.next_bot_message()).text == say("tr", "telegram-library-trouble")
    assert len(documents(library, channel)) == 1


def test_what_was_forgotten_is_remembered_until_all_of_the_channel_is_erased(
    tmp_path: Path,
) -> None:
    with closing(State.in_folder(tmp_path)) as state:
        for post in (9, 7, 9):
            state.note_forgotten(-1005, post)
        state.note_forgotten(-1006, 1)
        assert state.is_forgotten(-1005, 7)
        assert not state.is_forgotten(-1005, 8)
        assert state.forgotten(-1005) == [7, 9]
        state.erase_chat(-1005, collection_of(-1005))
        assert state.forgotten(-1005) == []
        assert state.forgotten(-1006) == [1]


# ---- coming and going


@both_modes
@pytest.mark.usefixtures("bot")
async def test_who_adds_the_bot_is_told_what_it_does_and_the_channel_is_not(
    tg: FakeTelegram, ayse: User
) -> None:
    chat = tg.private(ayse)
    await chat.send(ayse, "/help")
    await chat.next_bot_message()
    channel = tg.channel("Kıyı", [ayse])
    channel.bot_status = "left"
    await channel.set_bot("administrator")
    told = await chat.next_bot_message()
    assert told.text == say("tr", "telegram-channels-greeting", title="Kıyı", bot="@alinti_bot")
    await channel.set_bot("administrator")  # with other rights
    await chat.silent(0.3)
    await channel.silent()


async def test_who_has_never_written_to_the_bot_is_not_told(
    tg: FakeTelegram, library: Shelf, tmp_path: Path, mode: str, ayse: User
) -> None:
    channel = tg.channel("Kıyı", [ayse])
    channel.bot_status = "left"
    tg.private(ayse)
    async with serving(tg, tmp_path, lambda: library, mode):
        await channel.set_bot("administrator")
        await tg.wait_call("sendMessage")
        await channel.post(TRIP)
        await read(tg, library, channel, 1)
    assert [call.error for call in tg.calls if call.error] == [
        "Forbidden: bot can't initiate conversation with a user"
    ]
    assert not channel.from_bot


@pytest.mark.usefixtures("bot")
async def test_the_admins_of_a_channel_have_its_archive_in_their_own_list(
    tg: FakeTelegram, library: Shelf, channel: Chat, ayse: User, can: User
) -> None:
    await post_and_read(library, channel, TRIP)
    reader = await ask(tg.private(can), can, "/documents")
    assert "Kıyı" not in reader.buttons
    shown = await ask(tg.private(ayse), ayse, "/documents")
    await shown.press("Kıyı")
    await shown.wait(lambda message: message.text.startswith("Kıyı"))
    await shown.press("1")
    await shown.wait(lambda message: say("tr", "telegram-documents-remove") in message.buttons)
    await shown.press(say("tr", "telegram-documents-remove"))
    await shown.wait(lambda message: say("tr", "telegram-documents-yes") in message.buttons)
    await shown.press(say("tr", "telegram-documents-yes"))
    await read(tg, library, channel, 0)

"""Nobody reads what they have no right to, whichever way they ask."""

import asyncio
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cards import share_query
from bot.localization import say
from bot.rights import collection_of
from embeddings.datatypes import SHARED, Document, QuoteReference
from embeddings.library import Library
from tests.encoders import LetterEncoder
from tests.fake_telegram import Chat, FakeTelegram, User
from tests.serving import serving

QUESTION = "Balıkçılar toplantıyı limanda mı yaptı?"
# Two documents in each collection; all of them answer, with the mark of their collection.
TEXTS = (
    "Balıkçılar toplantıyı limanda salı günü yaptı, imza{mark}.",
    "Balıkçılar limanda toplantıyı yaptı; imza{mark} alındı.",
)
MARK = re.compile(r"imza(\d+)")
PEOPLE = range(4)
GROUPS = range(4)


class Memberships(NamedTuple):
    """Who is where.

    Attributes:
        members: Of each group, by their positions among the people.
        has_bot: Whether the bot is in a group.
    """

    members: Sequence[set[int]] = (set(PEOPLE),) * len(GROUPS)
    has_bot: Sequence[bool] = (True,) * len(GROUPS)


class Town(NamedTuple):
    """The people, the groups and all collections: the same numbers in each example."""

    people: list[User]
    groups: list[Chat]
    collections: list[str]


class Shelf(Library):
    """A library that the bots of all examples open in turn."""

    def close(self) -> None:
        pass


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    library = Shelf(tmp_path_factory.mktemp("library"), LetterEncoder())
    for number, collection in enumerate(build_town(FakeTelegram(), Memberships()).collections):
        for kind, text in enumerate(TEXTS):
            name = f"Tutanak {number} {kind}"
            library.add(Document(name, text.format(mark=number), name, name), collection)
    yield library
    Library.close(library)


@settings(max_examples=8, deadline=None)
@given(
    who=st.builds(
        Memberships,
        st.tuples(*(st.sets(st.sampled_from(PEOPLE), min_size=1) for _ in GROUPS)),
        st.tuples(*(st.booleans() for _ in GROUPS)),
    ),
    shared=st.sets(st.integers(1, 18), min_size=3, max_size=3),
    mode=st.sampled_from(["polling", "webhook"]),
)
def test_no_answer_holds_text_of_a_collection_without_a_right_to_it(
    library: Library,
    tmp_path_factory: pytest.TempPathFactory,
    who: Memberships,
    shared: set[int],
    mode: str,
) -> None:
    folder = tmp_path_factory.mktemp("data")
    asyncio.run(live_a_day(library, folder, who, shared, mode))


async def live_a_day(
    library: Library, folder: Path, who: Memberships, shared: set[int], mode: str
) -> None:
    """Let everybody ask in every way, and see that they are told what they may read, only."""
    async with FakeTelegram(username="alinti_bot") as tg:
        town = build_town(tg, who)
        one, other = town.people[:2]
        async with serving(tg, folder, lambda: library, mode):
            await asyncio.gather(
                *(ask_inline(town, person, shared) for person in town.people),
                *(ask_and_press(tg.private(person), "", "›") for person in town.people),
                *(ask_in_group(group) for group in town.groups),
                mention(tg.foreign_private(one, other)),
            )
        assert not tg.violations
        for call in tg.calls:
            assert not call.error or "bot is not a member" in call.error  # asked about members
            allowed: set[str] = set()
            if call.method in ("sendMessage", "editMessageText"):
                allowed = marks_of(town, [SHARED, collection_of(call.args["chat_id"])])
            elif call.method == "answerGuestQuery":
                allowed = marks_of(town, [SHARED])
            if call.method != "answerInlineQuery":  # ask_inline has seen what these hold
                assert marks_in(call.args) <= allowed, call


async def ask_inline(town: Town, person: User, shared: set[int]) -> None:
    """Read all pages of a list, and ask for some quotes as a button does that shares them."""
    chats = [group for group in town.groups if person in group.people]
    chat_ids = [person.id, *(chat.id for chat in chats if chat.bot_status == "member")]
    readable = marks_of(town, [SHARED, *map(collection_of, chat_ids)])
    results, offset = [], ""
    while True:
        answer = await type_inline(person, QUESTION, offset)
        results += answer["results"]
        if not (offset := answer.get("next_offset", "")):
            break
    assert len(results) == len(TEXTS) * len(readable)
    assert marks_in(results) == readable
    for passage_id in shared:
        reference = QuoteReference(passage_id, (0, 10))
        answer = await type_inline(person, share_query(reference))
        # Passages have the numbers 1, 2, ... in the order in which the documents were added.
        mark = str((passage_id - 1) // len(TEXTS))
        assert marks_in(answer["results"]) == {mark} & readable


async def ask_in_group(group: Chat) -> None:
    """Ask by command where the bot is a member, and where not, as Telegram lets one ask."""
    if group.bot_status == "member":
        await ask_and_press(group, "/sor ", say("tr", "telegram-card-wide"))
    else:
        await mention(group)


async def ask_and_press(chat: Chat, command: str, button: str) -> None:
    """Ask, and let another one press a button of the answer."""
    await chat.send(chat.people[0], command + QUESTION)
    reply = await chat.next_bot_message(15)
    assert marks_in(reply.raw)
    await reply.press(button, chat.people[-1], 15)
    await reply.wait(lambda message: message.edits, 15)
    assert marks_in(reply.raw)


async def mention(chat: Chat) -> None:
    """Mention the bot where it is a guest."""
    await chat.send(chat.people[0], f"@alinti_bot {QUESTION}")
    assert marks_in((await chat.next_bot_message(15)).raw)


async def type_inline(person: User, query: str, offset: str = "") -> Any:
    """Type an inline query; the bot's answer."""
    query_id = person.tg.open_query("inline")
    update = {"id": query_id, "from": person.raw, "query": query, "offset": offset}
    person.tg.push("inline_query", update, person.id)
    return await person.tg.query_answer(query_id, 15, f"list for {query!r}")


def build_town(tg: FakeTelegram, who: Memberships) -> Town:
    """Make the people and the groups."""
    people = [tg.user(f"Kişi {number}", lang="tr") for number in PEOPLE]
    groups = []
    for number, (members, has_bot) in enumerate(zip(who.members, who.has_bot, strict=True)):
        make = tg.supergroup if number % 2 else tg.group
        groups.append(make(f"Grup {number}", [people[at] for at in sorted(members)]))
        groups[-1].bot_status = "member" if has_bot else "left"
    owners = [*(group.id for group in groups), *(person.id for person in people)]
    return Town(people, groups, [SHARED, *map(collection_of, owners)])


def marks_of(town: Town, collections: Sequence[str]) -> set[str]:
    """The marks in the texts of collections."""
    return {str(town.collections.index(name)) for name in collections}


def marks_in(content: Any) -> set[str]:
    """The marks that stand anywhere in a content."""
    return set(MARK.findall(json.dumps(content)))

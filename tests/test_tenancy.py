"""Nobody reads what they have no right to, whichever way they ask."""

import asyncio
import itertools
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bot.cards import share_query
from bot.localization import say
from bot.rights import REMEMBERED_S, Members, collection_of
from bot.state import State
from embeddings.datatypes import SHARED, Document, Passage, QuoteReference
from embeddings.library import Library
from tests.encoders import LetterEncoder
from tests.fake_telegram import Chat, FakeTelegram, User
from tests.serving import serving

QUESTION = "Balıkçılar toplantıyı limanda mı yaptı?"
# Two documents in each collection, all with its mark. Of their three passages the second answers.
TEXTS = (
    "Önce imza{0}.\n\nBalıkçılar toplantıyı limanda salı günü yaptı, imza{0}.\n\nSonra imza{0}.",
    "Baş: imza{0}.\n\nBalıkçılar limanda toplantıyı yaptı; imza{0} alındı.\n\nSon: imza{0}.",
)
PASSAGES = 3 * len(TEXTS)
COLLECTIONS = 11
NAMED = ("shared:A", "shared:B")
MARK = re.compile(r"imza(\d+)")
PEOPLE = range(4)
GROUPS = range(4)


class Memberships(NamedTuple):
    """Who is where.

    Attributes:
        members: Of each group, by their positions among the people.
        has_bot: Whether the bot is in a group.
        joined: What each group, then each person's private chat, has joined, by positions among
            those that can be.
    """

    members: Sequence[set[int]] = (set(PEOPLE),) * len(GROUPS)
    has_bot: Sequence[bool] = (True,) * len(GROUPS)
    joined: Sequence[set[int]] = (set(),) * (len(GROUPS) + len(PEOPLE))


class Town(NamedTuple):
    """The people, the groups and all collections: the same numbers in each example.

    Attributes:
        joined: What a chat has joined, by its number.
    """

    people: list[User]
    groups: list[Chat]
    collections: list[str]
    joined: dict[int, list[str]]

    def searched(self, chat_id: int) -> list[str]:
        """The collections that a chat searches."""
        return [SHARED, collection_of(chat_id), *self.joined[chat_id]]


class Shelf(Library):
    """A library that the bots of all examples open in turn."""

    def close(self) -> None:
        pass


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    library = Shelf(tmp_path_factory.mktemp("library"), LetterEncoder())
    town = build_town(FakeTelegram(), Memberships())
    assert len(town.collections) == COLLECTIONS
    for number, collection in enumerate(town.collections):
        for kind, pattern in enumerate(TEXTS):
            name, text = f"Tutanak {number} {kind}", pattern.format(number)
            spans = [match.span() for match in re.finditer(r".+", text)]
            passages = [Passage(start, end, text[start:end]) for start, end in spans]
            library.add(Document(name, text, name, name), collection, passages=passages)
    yield library
    Library.close(library)


# A smaller example of a leak says no more, and is long in coming.
@settings(max_examples=10, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(
    who=st.builds(
        Memberships,
        st.tuples(*(st.sets(st.sampled_from(PEOPLE), min_size=1) for _ in GROUPS)),
        st.tuples(*(st.booleans() for _ in GROUPS)),
        st.tuples(*(st.sets(st.sampled_from((0, 1))) for _ in (*GROUPS, *PEOPLE))),
    ),
    shared=st.sets(st.integers(1, PASSAGES * COLLECTIONS), min_size=3, max_size=3),
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
        with closing(State.in_folder(folder)) as state:
            for chat_id, joined in town.joined.items():
                for name in joined:
                    state.join(chat_id, name)
        async with serving(tg, folder, lambda: library, mode):
            await asyncio.gather(
                *(ask_inline(town, person, shared) for person in town.people),
                *(ask_and_press(tg.private(person), "", "›") for person in town.people),
                *(ask_in_group(group) for group in town.groups),
                mention(tg.foreign_private(one, other)),
            )
            # Each card has a number, and one of them is the person's own.
            cards = range(1, 1 + len(town.people) + len(town.groups))
            await asyncio.gather(*(press_guessed(one, card) for card in cards))
        assert not tg.violations
        for call in tg.calls:
            if "message to edit not found" not in call.error:  # of a press that was guessed
                assert not call.error or "bot is not a member" in call.error  # of members
            allowed: set[str] = set()
            if call.method in ("sendMessage", "editMessageText"):
                allowed = marks_of(town, town.searched(call.args["chat_id"]))
            elif call.method == "answerGuestQuery":
                allowed = marks_of(town, [SHARED])
            if call.method != "answerInlineQuery":  # ask_inline has seen what these hold
                assert marks_in(call.args) <= allowed, call


@pytest.mark.parametrize(
    ("has", "ending"),
    [
        *itertools.product(["its own", "joined"], ["leaves", "is banned", "bot is out", "unseen"]),
        ("joined", "the group leaves it"),
    ],
)
async def test_what_a_person_may_read_ends_with_the_membership(
    library: Library,
    tmp_path: Path,
    mode: str,
    ending: str,
    has: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Be it the group's own documents, or what it has joined."""
    if ending == "unseen":  # Telegram tells of it only where the bot is an admin
        defaults = dict(Members.__init__.__kwdefaults__ or {})
        assert defaults["remembered_s"] == REMEMBERED_S
        briefly = {**defaults, "remembered_s": 0.5}
        monkeypatch.setattr(Members.__init__, "__kwdefaults__", briefly)
    async with FakeTelegram(username="alinti_bot", privacy=False) as tg:
        town = build_town(tg, Memberships())
        person, group = town.people[1], town.groups[1]
        state = State.in_folder(tmp_path)
        if has == "joined":
            state.join(group.id, NAMED[1])
        (mark,) = marks_of(town, [collection_of(group.id) if has == "its own" else NAMED[1]])
        passage_id = int(mark) * PASSAGES + 2
        async with serving(tg, tmp_path, lambda: library, mode):
            before = [await type_inline(person, text) for text in inline_texts(passage_id)]
            assert all(mark in marks_in(answer) for answer in before)
            if ending == "bot is out":
                await group.set_bot("left")
            elif ending == "the group leaves it":
                state.leave(group.id, NAMED[1])
            else:
                group.people.remove(person)
            if ending == "leaves":
                await group.send(town.people[0], "", left_chat_member=person.raw)
            if ending == "is banned":
                tg.push("chat_member", banned(group, person), group.id)
            await asyncio.sleep(0.6)
            after = [await type_inline(person, text) for text in inline_texts(passage_id)]
            assert not any(mark in marks_in(answer) for answer in after)
            everybody = marks_of(town, [SHARED])
            assert everybody <= marks_in(after)
        state.close()


def inline_texts(passage_id: int) -> tuple[str, str]:
    """A question, and what a button types that shares a quote."""
    return QUESTION, share_query(QuoteReference(passage_id, (0, 5)))


def banned(group: Chat, person: User) -> dict[str, object]:
    """What Telegram tells a bot that is an admin."""
    return {
        "chat": group.raw,
        "from": group.people[0].raw,
        "date": 1,
        "old_chat_member": group.tg.member("member", person.raw),
        "new_chat_member": group.tg.member("kicked", person.raw),
    }


async def ask_inline(town: Town, person: User, shared: set[int]) -> None:
    """Read all pages of a list, and ask for some quotes as a button does that shares them."""
    chats = [group for group in town.groups if person in group.people]
    chat_ids = [person.id, *(chat.id for chat in chats if chat.bot_status == "member")]
    readable = marks_of(town, {name for chat in chat_ids for name in town.searched(chat)})
    pages = [await type_inline(person, QUESTION)]
    while offset := pages[-1].get("next_offset"):
        pages.append(await type_inline(person, QUESTION, offset))
    assert marks_in([page["results"] for page in pages]) == readable
    for passage_id in shared:
        reference = QuoteReference(passage_id, (0, 5))
        answer = await type_inline(person, share_query(reference))
        # Passages have the numbers 1, 2, ... in the order in which the documents were added.
        mark = str((passage_id - 1) // PASSAGES)
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
    reply = await chat.next_bot_message()
    assert marks_in(reply.raw)
    await reply.press(button, chat.people[-1], 15)
    await reply.wait(lambda message: message.edits)
    assert marks_in(reply.raw)


async def press_guessed(person: User, card: int) -> None:
    """Claim that a button of any card was pressed, below a message too old to be told more of."""
    query_id = person.tg.open_query("callback")
    message = {"chat": person.tg.private(person).raw, "message_id": 999_999, "date": 0}
    query = {"id": query_id, "from": person.raw, "chat_instance": "1"}
    update = {**query, "data": f"q:{card}:0", "message": message}
    person.tg.push("callback_query", update, person.id)
    await person.tg.query_answer(query_id, f"answer to a press of card {card}")


async def mention(chat: Chat) -> None:
    """Mention the bot where it is a guest."""
    await chat.send(chat.people[0], f"@alinti_bot {QUESTION}")
    assert marks_in((await chat.next_bot_message()).raw)


async def type_inline(person: User, query: str, offset: str = "") -> Any:
    """Type an inline query; the bot's answer."""
    query_id = person.tg.open_query("inline")
    update = {"id": query_id, "from": person.raw, "query": query, "offset": offset}
    person.tg.push("inline_query", update, person.id)
    return await person.tg.query_answer(query_id, f"list for {query!r}")


def build_town(tg: FakeTelegram, who: Memberships) -> Town:
    """Make the people and the groups."""
    people = [tg.user(f"Kişi {number}", lang="tr") for number in PEOPLE]
    groups = []
    for number, (members, has_bot) in enumerate(zip(who.members, who.has_bot, strict=True)):
        make = tg.supergroup if number % 2 else tg.group
        groups.append(make(f"Grup {number}", [people[at] for at in sorted(members)]))
        groups[-1].bot_status = "member" if has_bot else "left"
    owners = [*(group.id for group in groups), *(person.id for person in people)]
    joined = {
        owner: [NAMED[at] for at in sorted(positions)]
        for owner, positions in zip(owners, who.joined, strict=True)
    }
    # What all may read comes last: of equal quotes the first is shown, which not all may read.
    return Town(people, groups, [*map(collection_of, owners), *NAMED, SHARED], joined)


def marks_of(town: Town, collections: Iterable[str]) -> set[str]:
    """The marks in the texts of collections."""
    return {str(town.collections.index(name)) for name in collections}


def marks_in(content: Any) -> set[str]:
    """The marks that stand anywhere in a content."""
    return set(MARK.findall(json.dumps(content)))

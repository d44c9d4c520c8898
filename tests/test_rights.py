"""Who may read what, with a bot that answers what a test says; and a clock of our own."""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import (
    Bot,
    ChatMember,
    ChatMemberAdministrator,
    ChatMemberBanned,
    ChatMemberLeft,
    ChatMemberMember,
    ChatMemberOwner,
    ChatMemberRestricted,
    User,
)
from telegram.error import BadRequest, Forbidden, NetworkError, TelegramError

from bot.context import BotData, Context
from bot.rights import (
    Members,
    chat_of,
    collection_for_adding,
    collection_of,
    searched_by,
    searched_in,
)
from bot.settings import Settings
from bot.state import State
from embeddings.datatypes import SHARED

AYSE, CAN = 11, 12
GROUP, OTHER = -100, -200


class AskedBot:
    """Answers get_chat_member.

    Args:
        statuses: By chat and person, what they are there, or the error that is raised; "in" and
            "out" are people who may not write: members, or not.
    """

    def __init__(self, statuses: dict[tuple[int, int], str | TelegramError]) -> None:
        self.statuses = statuses
        self.asked: list[tuple[int, int]] = []
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def get_chat_member(self, chat_id: int, user_id: int) -> ChatMember:
        self.asked.append((chat_id, user_id))
        status = self.statuses.get((chat_id, user_id), BadRequest("Chat not found"))
        await self.may_answer.wait()
        if isinstance(status, TelegramError):
            raise status
        return member(status, user_id)


def member(status: str, user_id: int) -> ChatMember:
    user = User(user_id, "?", is_bot=False)
    rights = dict.fromkeys(ChatMemberAdministrator.__slots__, False) | {"custom_title": None}
    match status:
        case "creator":
            return ChatMemberOwner(user, is_anonymous=False)
        case "administrator":
            return ChatMemberAdministrator(user, **rights)  # type: ignore[arg-type]
        case "in" | "out":
            names = [name for name in ChatMemberRestricted.__slots__ if name != "until_date"]
            may = dict.fromkeys(names, False) | {"is_member": status == "in", "until_date": 0}
            return ChatMemberRestricted(user, **may)  # type: ignore[arg-type]
        case "kicked":
            return ChatMemberBanned(user, until_date=0)  # type: ignore[arg-type]
        case "left":
            return ChatMemberLeft(user)
    return ChatMemberMember(user)


def asked_bot(
    statuses: dict[tuple[int, int], str | TelegramError] | None = None,
) -> tuple[AskedBot, Bot]:
    """The fake, as a test and as Members know it."""
    asked = AskedBot(statuses or {})
    return asked, cast("Bot", asked)


class Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def test_a_collection_of_a_chat_is_named_after_it_and_tells_it_again() -> None:
    assert collection_of(-1001) == "chat:-1001"
    assert chat_of("chat:-1001") == -1001


@pytest.mark.parametrize(
    "name", ["shared", "chat:", "chat:x", "chat:07", "chat:-0", "chat:٧", "chat:7\n", "xchat:7"]
)
def test_no_other_name_belongs_to_a_chat(name: str) -> None:
    assert chat_of(name) is None


@pytest.mark.parametrize(
    ("status", "is_member", "is_admin"),
    [
        ("creator", True, True),
        ("administrator", True, True),
        ("member", True, False),
        ("in", True, False),
        ("out", False, False),
        ("left", False, False),
        ("kicked", False, False),
    ],
)
async def test_what_a_person_is_in_a_group_decides_what_they_may(
    status: str, is_member: bool, is_admin: bool
) -> None:
    _, bot = asked_bot({(GROUP, AYSE): status})
    members = Members()
    assert await members.is_member(bot, GROUP, AYSE) is is_member
    assert await members.is_admin(bot, GROUP, AYSE) is is_admin


async def test_in_a_private_chat_its_person_decides_and_nobody_is_asked() -> None:
    asked, bot = asked_bot()
    members = Members()
    assert await members.is_admin(bot, AYSE, AYSE)
    assert await members.is_member(bot, AYSE, AYSE)
    assert not await members.is_admin(bot, AYSE, CAN)
    assert not await members.is_member(bot, AYSE, CAN)
    assert not asked.asked


async def test_an_answer_is_believed_for_some_minutes() -> None:
    asked, bot = asked_bot({(GROUP, AYSE): "member"})
    clock = Clock()
    members = Members(remembered_s=300, clock=clock)
    assert await members.is_member(bot, GROUP, AYSE)
    asked.statuses[GROUP, AYSE] = "left"
    clock.now_s = 299
    assert await members.is_member(bot, GROUP, AYSE)
    clock.now_s = 300
    assert not await members.is_member(bot, GROUP, AYSE)
    assert len(asked.asked) == 2


@pytest.mark.parametrize("refusal", [BadRequest("Chat not found"), Forbidden("bot was kicked")])
async def test_where_the_bot_is_out_nobody_is_a_member(refusal: TelegramError) -> None:
    asked, bot = asked_bot({(GROUP, AYSE): refusal})
    members = Members()
    assert not await members.is_member(bot, GROUP, AYSE)
    assert await members.readable_by(bot, AYSE, [collection_of(GROUP)]) == []
    assert len(asked.asked) == 1


async def test_a_network_that_fails_gives_no_right_and_is_not_remembered() -> None:
    asked, bot = asked_bot({(GROUP, AYSE): NetworkError("timed out")})
    members = Members()
    with pytest.raises(NetworkError):
        await members.is_admin(bot, GROUP, AYSE)
    assert await members.readable_by(bot, AYSE, [collection_of(GROUP), SHARED]) == [SHARED]
    asked.statuses[GROUP, AYSE] = "creator"
    assert await members.is_admin(bot, GROUP, AYSE)
    assert len(asked.asked) == 3


async def test_two_who_want_the_same_answer_ask_once() -> None:
    asked, bot = asked_bot({(GROUP, AYSE): "member"})
    members = Members()
    answers = await asyncio.gather(*(members.is_member(bot, GROUP, AYSE) for _ in range(5)))
    assert answers == [True] * 5
    assert len(asked.asked) == 1


async def test_who_gives_up_waiting_takes_the_answer_from_nobody_else() -> None:
    asked, bot = asked_bot({(GROUP, AYSE): "member"})
    asked.may_answer.clear()
    members = Members()
    first = asyncio.create_task(members.is_member(bot, GROUP, AYSE))
    second = asyncio.create_task(members.is_member(bot, GROUP, AYSE))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    asked.may_answer.set()
    assert await second
    assert len(asked.asked) == 1


async def test_a_person_reads_their_own_the_shared_and_what_their_groups_hold() -> None:
    asked, bot = asked_bot({(GROUP, AYSE): "member", (OTHER, AYSE): "left"})
    names = ["chat:-100", "chat:-200", "chat:-300", "chat:11", "chat:12", "shared", "other"]
    assert await Members().readable_by(bot, AYSE, names) == ["chat:-100", "chat:11", "shared"]
    assert sorted(asked.asked) == [(-300, AYSE), (-200, AYSE), (-100, AYSE)]


async def test_who_is_remembered_is_not_asked_about_again() -> None:
    asked, bot = asked_bot({(GROUP, AYSE): "member"})
    members = Members()
    for _ in range(3):
        assert await members.readable_by(bot, AYSE, ["chat:-100"]) == ["chat:-100"]
    assert asked.asked == [(GROUP, AYSE)]


async def test_an_answer_that_takes_long_is_of_use_to_the_next_one() -> None:
    asked, bot = asked_bot({(GROUP, AYSE): "member"})
    asked.may_answer.clear()
    members = Members(patience_s=0.01)
    assert await members.readable_by(bot, AYSE, ["chat:-100", SHARED]) == [SHARED]
    asked.may_answer.set()
    assert await members.is_member(bot, GROUP, AYSE)
    assert await members.readable_by(bot, AYSE, ["chat:-100", SHARED]) == ["chat:-100", SHARED]
    assert asked.asked == [(GROUP, AYSE)]


async def test_of_many_groups_some_are_asked_about_at_a_time() -> None:
    chats = range(-1, -32, -1)
    asked, bot = asked_bot({(chat, AYSE): "member" for chat in chats})
    members = Members()
    names = [collection_of(chat) for chat in chats]
    assert await members.readable_by(bot, AYSE, names) == names[:30]
    assert await members.readable_by(bot, AYSE, names) == names
    assert len(asked.asked) == 31


async def test_one_person_is_forgotten_or_all_of_a_chat() -> None:
    people = [(GROUP, AYSE), (GROUP, CAN), (OTHER, AYSE)]
    asked, bot = asked_bot(dict.fromkeys(people, "member"))
    members = Members()

    async def ask_all() -> list[tuple[int, int]]:
        asked.asked.clear()
        for chat, person in people:
            assert await members.is_member(bot, chat, person)
        return list(asked.asked)

    assert await ask_all() == people
    members.forget(GROUP, CAN)
    assert await ask_all() == [(GROUP, CAN)]
    members.forget(GROUP)
    assert await ask_all() == [(GROUP, AYSE), (GROUP, CAN)]
    assert await ask_all() == []


async def test_an_answer_from_before_a_change_gives_no_right() -> None:
    asked, bot = asked_bot({(GROUP, AYSE): "member"})
    asked.may_answer.clear()
    members = Members(patience_s=0.01)
    assert await members.readable_by(bot, AYSE, ["chat:-100"]) == []  # the answer is on its way
    members.forget(GROUP)
    asked.statuses[GROUP, AYSE] = "left"
    asked.may_answer.set()
    await asyncio.sleep(0.01)
    assert await members.readable_by(bot, AYSE, ["chat:-100"]) == []
    assert asked.asked == [(GROUP, AYSE)] * 2


STATUSES = ["creator", "administrator", "member", "in", "out", "left", "kicked"]
CHATS = st.integers(-4, 4).filter(bool)


@given(
    st.dictionaries(
        st.tuples(st.integers(-4, -1), st.integers(1, 4)),
        st.sampled_from([*STATUSES, NetworkError("x"), Forbidden("x")]),
    ),
    st.lists(st.tuples(st.integers(1, 4), st.lists(CHATS, unique=True)), max_size=5),
)
async def test_nobody_reads_what_is_not_confirmed(
    statuses: dict[tuple[int, int], str | TelegramError],
    queries: list[tuple[int, list[int]]],
) -> None:
    _, bot = asked_bot(statuses)
    members = Members()
    for person, chats in queries:
        names = [collection_of(chat) for chat in chats]
        readable = await members.readable_by(bot, person, [*names, SHARED])
        is_in = {chat for chat in chats if statuses.get((chat, person)) in STATUSES[:4]}
        allowed = is_in | ({person} & set(chats))
        assert set(readable) == {collection_of(chat) for chat in allowed} | {SHARED}


# ---- what is searched where


CHANNEL = -300
LAW, FOOD = "shared:Mevzuat", "shared:Yemek"


def context_of(
    state: State,
    statuses: dict[tuple[int, int], str | TelegramError] | None = None,
    operators: frozenset[int] = frozenset(),
) -> Context:
    """What a handler has at hand, as far as rights ask for it."""
    _, bot = asked_bot(statuses)

    async def discuss(_: Bot, __: int, ___: Members) -> None:
        """No group discusses a channel."""

    settings = Settings(data=Path(), operators=operators)
    linked: Any = SimpleNamespace(of_group=discuss)
    data = SimpleNamespace(state=state, members=Members(), linked=linked, settings=settings)
    return cast(Context, SimpleNamespace(bot=bot, bot_data=cast(BotData, data)))


async def test_a_chat_searches_its_own_everybodys_and_what_it_joined(state: State) -> None:
    context = context_of(state)
    assert await searched_in(GROUP, context) == ["chat:-100", "shared"]
    state.join(GROUP, LAW)
    state.join(AYSE, FOOD)
    assert await searched_in(GROUP, context) == ["chat:-100", "shared", LAW]
    assert await searched_in(AYSE, context) == ["chat:11", "shared", FOOD]
    assert await searched_in(OTHER, context) == ["chat:-200", "shared"]
    assert await searched_in(None, context) == ["shared"]
    state.leave(GROUP, LAW)
    assert await searched_in(GROUP, context) == ["chat:-100", "shared"]


async def test_the_archive_of_a_channel_is_not_searched_when_the_bot_has_left_it(
    state: State,
) -> None:
    context = context_of(state, {(GROUP, AYSE): "member"})
    state.note_chat(CHANNEL, "Kanal", "channel")
    state.join(GROUP, collection_of(CHANNEL))
    assert await searched_in(GROUP, context) == ["chat:-100", "shared", "chat:-300"]
    stored = ["chat:-300"]
    assert await searched_by(AYSE, stored, context) == ["chat:11", "shared", "chat:-300"]
    state.note_left(CHANNEL)
    assert await searched_in(GROUP, context) == ["chat:-100", "shared"]
    assert await searched_by(AYSE, stored, context) == ["chat:11", "shared"]


async def test_a_person_reads_what_their_private_chat_or_a_chat_of_theirs_joined(
    state: State,
) -> None:
    context = context_of(state, {(GROUP, AYSE): "member", (OTHER, AYSE): "left"})
    stored = [LAW, FOOD, "chat:-100"]
    assert await searched_by(AYSE, stored, context) == ["chat:11", "shared", "chat:-100"]
    state.join(OTHER, LAW)
    assert LAW not in await searched_by(AYSE, stored, context)
    state.join(GROUP, LAW)
    state.join(AYSE, FOOD)
    assert await searched_by(AYSE, stored, context) == ["chat:11", "shared", *stored]
    assert await searched_by(CAN, stored, context) == ["chat:12", "shared"]
    state.note_left(GROUP)
    assert LAW not in await searched_by(AYSE, stored, context)


async def test_only_an_operator_sends_files_elsewhere_than_to_their_own_collection(
    state: State,
) -> None:
    for person in (AYSE, CAN):
        state.set_target(person, LAW)
    context = context_of(state, operators=frozenset({AYSE}))
    assert collection_for_adding(AYSE, context) == LAW
    assert collection_for_adding(CAN, context) == "chat:12"
    assert collection_for_adding(GROUP, context) == "chat:-100"
    state.set_target(AYSE, None)
    assert collection_for_adding(AYSE, context) == "chat:11"

"""Channels: what is posted is read and can be asked, and what is to be forgotten is forgotten.

Nothing is said in a channel but answers: what stands there is published to many people.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import islice
from typing import NamedTuple, TypeVar

from cachetools import LRUCache
from telegram import ChatMember, ChatMemberUpdated, Message, Update
from telegram.error import BadRequest, Forbidden
from telegram.ext import BaseHandler, MessageHandler, filters

from bot.addressing import (
    author_id,
    is_addressed,
    is_reply_to,
    person_of,
    read_command,
    read_question,
)
from bot.cards import Action, Press, read_press
from bot.connection import growing_pauses
from bot.context import PLAIN, Context, language_in, language_of, reply
from bot.handlers.asking import answer_again, answer_question, is_question
from bot.handlers.manners import limited
from bot.jobs import Task
from bot.localization import say
from bot.posts import PART, PostKey, find_file, find_replied, read_post, read_source
from bot.rights import chat_of, collection_of, is_operator, searched_in
from embeddings.errors import AlintiError, EmptyDocument, StoreError

logger = logging.getLogger(__name__)

FORGET = "forget"
"""The command that takes a post out of the archive; a reply to the post, or to a quote of it."""

# Nobody posts again what could not be kept: it is tried for a minute and a half.
_TRIALS = 9

T = TypeVar("T")


class _Forget(filters.MessageFilter):
    """Messages that want something to be forgotten."""

    def filter(self, message: Message) -> bool:
        return read_command(message, message.get_bot()) == FORGET


def handlers() -> list[BaseHandler[Update, Context, None]]:
    """List the handlers of this file; all that is posted in a channel ends here."""
    archive = Archive()
    chats = filters.ChatType.PRIVATE | filters.ChatType.GROUPS
    return [
        MessageHandler(filters.UpdateType.CHANNEL_POST, archive.take_post),
        MessageHandler(filters.UpdateType.EDITED_CHANNEL_POST, archive.take_edit),
        MessageHandler(filters.UpdateType.MESSAGE & chats & _Forget(), limited(archive.forget)),
    ]


class Target(NamedTuple):
    """What is to be forgotten.

    Attributes:
        source: Of its document; empty where that is gone already.
        collection: Where that stands.
        is_whole: Whether it is of no post or conversation, but a document of its own.
    """

    source: str = ""
    collection: str = ""
    is_whole: bool = False


class Archive:
    """What is kept of the posts of channels; for one application.

    A post is small, and added at once. All that is written for posts takes one thread at a time,
    so that those in which questions are looked up stay free.
    """

    def __init__(self) -> None:
        self._writing = asyncio.Lock()
        # Of the last posts with a file, which one it is: most edits leave it as it was.
        self._files: LRUCache[PostKey, str] = LRUCache(10_000)

    async def take_post(self, update: Update, context: Context) -> None:
        """Read a new post, answer one that asks, or forget the one to which it replies."""
        post = update.channel_post
        assert post
        if is_addressed(post, context.bot):
            await _answer(post, context)
        elif read_command(post, context.bot) == FORGET:
            await self._forget_by_post(post, context)
        elif not _is_quote(post, context):
            await self._keep(post, context)

    async def take_edit(self, update: Update, context: Context) -> None:
        """Read a post again; Telegram tells of changes, too, that nobody sees."""
        post = update.edited_channel_post
        assert post
        if is_addressed(post, context.bot):
            # It may have been no question before.
            await self._remove([_key_of(post).source], collection_of(post.chat.id), context)
            await _answer(post, context, is_edited=True)
        elif read_command(post, context.bot) != FORGET and not _is_quote(post, context):
            await self._keep(post, context, is_edited=True)

    async def forget(self, update: Update, context: Context) -> None:
        """Forget the post that is meant by a message in another chat than its channel."""
        message = update.message
        assert message
        language = language_of(message, context)
        try:
            said = await self._forget_by_message(message, context)
        except AlintiError:
            logger.exception("A post could not be forgotten")
            said = "telegram-library-trouble"
        await reply(message, say(language, said))

    async def _keep(self, post: Message, context: Context, *, is_edited: bool = False) -> None:
        key, document = _key_of(post), read_post(post)
        collection = collection_of(key.chat_id)
        if context.bot_data.state.is_forgotten(*key):
            return
        await self._keep_file(post, context, is_edited=is_edited)
        if document is None and not is_edited:
            return
        library = await asyncio.shield(context.bot_data.library)

        def write() -> None:
            # Asked again: it may have been forgotten from another chat in the meantime.
            if context.bot_data.state.is_forgotten(*key):
                return
            if document is not None:
                with suppress(EmptyDocument):
                    library.add(document, collection)
                    return
            library.remove_source(key.source, collection)

        await self._write(write)

    async def _keep_file(self, post: Message, context: Context, *, is_edited: bool) -> None:
        """Have the file of a post read; nobody is told of it."""
        key, file = _key_of(post), find_file(post)
        collection, reading = collection_of(key.chat_id), context.bot_data.reading
        if file and self._files.get(key) == file.file_unique_id:
            return
        if is_edited:
            await reading.forget_message(*key)
        if file:
            task = Task(*key, "", collection, file_id=file.file_id, name=file.file_name or "")
            if await reading.keep(task):
                self._files[key] = file.file_unique_id
            else:
                logger.error("Too many files of one channel wait: %s is not read", task.source)
        elif is_edited:
            await self._remove([key.file_source], collection, context)

    async def _forget_by_post(self, post: Message, context: Context) -> None:
        """Forget what a post replies to; that the post then goes, too, is all that is seen."""
        target = await _find_target(post, context)
        # What is quoted in a channel may stand in the collection of somebody else.
        if target is None or target.collection != collection_of(post.chat.id):
            return
        await self._forget(target, context)
        with suppress(BadRequest, Forbidden):
            await post.delete()

    async def _forget_by_message(self, message: Message, context: Context) -> str:
        """Forget what a message replies to; the sentence that tells what came of it.

        Raises:
            TelegramError: If Telegram cannot be asked who decides.
        """
        target = await _find_target(message, context)
        if target is None:
            return "telegram-channels-forget-how"
        if target.collection and not await _decides(target.collection, message, context):
            return "telegram-channels-forget-refused"
        if target.is_whole:
            return "telegram-channels-forget-document"
        is_gone = await self._forget(target, context)
        return "telegram-channels-forgotten" if is_gone else "telegram-channels-forget-nothing"

    async def _forget(self, target: Target, context: Context) -> bool:
        """Forget a post for good; whether there was something to forget, now or before."""
        state, key = context.bot_data.state, read_source(target.source)
        if not key or target.collection != collection_of(key.chat_id):  # imported elsewhere
            return await self._remove([target.source], target.collection, context)
        was_forgotten = state.is_forgotten(*key)
        # First: if the process dies before the removal, it is all done again.
        await asyncio.to_thread(state.note_forgotten, *key)
        await context.bot_data.reading.forget_message(*key)
        sources = [key.source, key.file_source]
        return await self._remove(sources, target.collection, context) or was_forgotten

    async def _remove(self, sources: Sequence[str], collection: str, context: Context) -> bool:
        """Remove documents; when this returns, nothing of them is on its way to anybody."""
        library = await asyncio.shield(context.bot_data.library)

        def remove() -> bool:
            removed = [library.remove_source(source, collection) for source in sources]
            return any(removed)

        removed = await self._write(remove)
        await context.bot_data.outgoing.drained()
        return removed

    async def _write(self, work: Callable[[], T]) -> T:
        """Do something with the library, again where that fails.

        Raises:
            StoreError: If it fails for long.
        """
        for pause_s in islice(growing_pauses(), _TRIALS - 1):
            try:
                async with self._writing:
                    return await asyncio.to_thread(work)
            except StoreError:
                logger.exception("A post could not be kept or removed; it is tried again")
            await asyncio.sleep(pause_s)
        async with self._writing:
            return await asyncio.to_thread(work)


async def introduce(change: ChatMemberUpdated, context: Context) -> None:
    """Tell who has made the bot an admin of a channel what it does there, if it may write to them.

    In the channel nothing is said.
    """
    channel, person = change.chat, change.from_user
    if change.new_chat_member.status != ChatMember.ADMINISTRATOR or person.is_bot:
        return
    if not await asyncio.to_thread(context.bot_data.state.note_greeted, channel.id):
        return
    language = language_in(person.id, person, context)
    text = say(
        language,
        "telegram-channels-greeting",
        title=channel.title or "",
        bot=f"@{context.bot.username}",
    )
    try:
        await context.bot.send_message(person.id, text, link_preview_options=PLAIN)
    except (BadRequest, Forbidden) as error:
        # A bot may not begin a conversation.
        logger.info("Who added the bot to a channel could not be told so: %s", error)


async def _answer(post: Message, context: Context, *, is_edited: bool = False) -> None:
    """Answer a post that asks; where there is nothing to say, say nothing."""
    question = read_question(post, context.bot)
    if not is_question(question):
        return
    if context.bot_data.limits.take(author_id(post), post.chat.id):
        logger.info("A channel asks more often than it is answered")
        return
    await (answer_again if is_edited else answer_question)(post, question, context)


async def _find_target(message: Message, context: Context) -> Target | None:
    """Find what is to be forgotten; None where a message replies to nothing of the kind."""
    replied = message.reply_to_message
    if replied and (press := _find_vote(replied)):
        return await _find_quoted(press, replied, context)
    if is_reply_to(message, context.bot) or not (key := find_replied(message)):
        return None
    return Target(key.source, collection_of(key.chat_id))


async def _find_quoted(press: Press, card_message: Message, context: Context) -> Target | None:
    """Find the document of the quote that a card shows."""
    card = context.bot_data.state.card(press.card_id)
    where = card_message.chat.id, card_message.message_id
    if not card or (card.chat_id, card.reply_id) != where or press.position >= len(card.quotes):
        return None
    library = await asyncio.shield(context.bot_data.library)
    collections = await searched_in(card.chat_id, context)
    wanted = [card.quotes[press.position]]
    (hit,) = await asyncio.to_thread(library.quotes, wanted, collections)
    if hit is None:
        return Target()
    entry = await asyncio.to_thread(library.entry, hit.document_id, [hit.collection])
    is_part = hit.source.endswith(PART) or (entry is not None and bool(entry.document.series))
    return Target(hit.source, hit.collection, is_whole=not is_part)


def _find_vote(message: Message) -> Press | None:
    """Find the button of a card that votes for the quote shown; None where it is no card."""
    keyboard = message.reply_markup.inline_keyboard if message.reply_markup else ()
    data = (button.callback_data for row in keyboard for button in row)
    presses = (read_press(value) for value in data if isinstance(value, str))
    return next((press for press in presses if press and press.action is Action.UP), None)


async def _decides(collection: str, message: Message, context: Context) -> bool:
    """Whether the author of a message decides about a collection.

    Raises:
        TelegramError: If Telegram cannot be asked.
    """
    chat_id, person = chat_of(collection), person_of(message)
    if chat_id is None:
        return person is not None and is_operator(person.id, context)
    if author_id(message) == chat_id:  # only its admins speak for a chat
        return True
    members = context.bot_data.members
    return person is not None and await members.is_admin(context.bot, chat_id, person.id)


def _is_quote(post: Message, context: Context) -> bool:
    """Whether a post was sent by way of the bot itself: what it quotes stands elsewhere."""
    return post.via_bot is not None and post.via_bot.id == context.bot.id


def _key_of(post: Message) -> PostKey:
    return PostKey(post.chat.id, post.message_id)

"""Channels: what is posted is read and can be asked.

Nothing is said in a channel but answers: what stands there is published to many people.
"""

import logging

from telegram import Message, Update
from telegram.ext import BaseHandler, MessageHandler, filters

from bot.addressing import author_id, is_addressed, read_command, read_question
from bot.context import Context
from bot.handlers.asking import answer_again, answer_question, is_question
from bot.handlers.forgetting import FORGET, forget_by_post
from bot.posts import PostKey
from bot.rights import collection_of

logger = logging.getLogger(__name__)


def handlers() -> list[BaseHandler[Update, Context, None]]:
    """List the handlers of this file; all that is posted in a channel ends here."""
    return [
        MessageHandler(filters.UpdateType.CHANNEL_POST, take_post),
        MessageHandler(filters.UpdateType.EDITED_CHANNEL_POST, take_edit),
    ]


async def take_post(update: Update, context: Context) -> None:
    """Read a new post, answer one that asks, or forget the one to which it replies."""
    post = update.channel_post
    assert post
    if is_addressed(post, context.bot):
        await _answer(post, context)
    elif read_command(post, context.bot) == FORGET:
        await forget_by_post(post, context)
    elif not _is_quote(post, context):
        await context.bot_data.channels.keep(post, context.bot_data)


async def take_edit(update: Update, context: Context) -> None:
    """Read a post again; Telegram tells of changes, too, that nobody sees."""
    post, data = update.edited_channel_post, context.bot_data
    assert post
    if is_addressed(post, context.bot):
        # It may have been no question before.
        source = PostKey.of(post).source
        await data.channels.remove([source], collection_of(post.chat.id), data)
        await _answer(post, context, is_edited=True)
    elif read_command(post, context.bot) != FORGET and not _is_quote(post, context):
        await data.channels.keep(post, data, is_edited=True)


async def _answer(post: Message, context: Context, *, is_edited: bool = False) -> None:
    """Answer a post that asks; where there is nothing to say, say nothing."""
    question = read_question(post, context.bot)
    if not is_question(question):
        return
    if context.bot_data.limits.take(author_id(post), post.chat.id):
        logger.info("A channel asks more often than it is answered")
        return
    await (answer_again if is_edited else answer_question)(post, question, context)


def _is_quote(post: Message, context: Context) -> bool:
    """Whether a post was sent by way of the bot itself: what it quotes stands elsewhere."""
    return post.via_bot is not None and post.via_bot.id == context.bot.id

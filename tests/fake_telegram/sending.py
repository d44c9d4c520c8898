"""What the Bot API's methods share: finding chats, sending, editing, keyboards and answers."""

import re
import time

from .errors import QUERY_TOO_OLD, ApiError
from .formatting import formatted
from .people import Chat, Msg
from .wire import Files, Json
from .world import World

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
BUTTON_URL = re.compile(r"(https?://)?[\w-]+(\.[\w-]+)+|tg://|ton://")
MAX_BUTTONS = 100
MAX_CALLBACK_BYTES = 64
DECORATION = {"text", "style", "icon_custom_emoji_id"}  # what a button does is in other fields


class Sending(World):
    """Does what a method asks, or refuses as Telegram does."""

    query_ttl_s: float

    def find_chat(self, chat_id: int | str, *, writes: bool = True) -> Chat:
        """Find a chat by id or @name; it is refused if the bot is not in it, or may not write."""
        chat = self.chats.get(chat_id) if isinstance(chat_id, int) else self._named_chat(chat_id)
        if not chat:
            raise ApiError("chat not found")
        if chat.migrated_to:
            raise ApiError(
                "group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to
            )
        if chat.bot_status in ("left", "kicked"):
            how = "was kicked from" if chat.bot_status == "kicked" else "is not a member of"
            raise ApiError(f"bot {how} the {chat.type} chat", 403)
        if writes:
            check_writable(chat)
        return chat

    def _named_chat(self, name: str) -> Chat | None:
        for chat in self.chats.values():
            username = chat.raw.get("username")
            if chat.type != "private" and username and f"@{username}".lower() == name.lower():
                return chat
        return None

    def find_message(self, args: Json, missing: str, chat: str = "chat_id") -> Msg:
        """Find the message that `message_id` means in the chat that the argument `chat` names."""
        where = self.find_chat(args[chat], writes=chat == "chat_id")
        message = where.messages.get(args["message_id"])
        if not message or message.deleted:
            raise ApiError(missing)
        return message

    def send(self, args: Json, content: Json) -> Json:
        """Send what a method has made: chat, topic, reply and keyboard are the same for all."""
        chat, markup = self.find_chat(args["chat_id"]), checked_markup(args)
        thread, reply = args.get("message_thread_id"), args.get("reply_parameters", {})
        if thread and thread not in chat.topics:
            raise ApiError("message thread not found")
        target = chat.messages.get(reply.get("message_id"))
        target = target if target and not target.deleted else None
        if reply and not target and not reply.get("allow_sending_without_reply"):
            raise ApiError("message to be replied not found")
        if markup.get("inline_keyboard"):
            content = {**content, "reply_markup": markup}
        elif "keyboard" in markup or "remove_keyboard" in markup:
            chat.reply_keyboard = markup.get("keyboard", [])
        message = self.add_message(chat, self.bot, content, target, thread)
        chat.from_bot.append(message)
        if chat.type == "channel":
            chat.pass_on(message)
        return message.raw

    def send_file(self, kind: str, args: Json, files: Files) -> Json:
        """Send a file that was uploaded with the call or before, with its caption."""
        given = args.get(kind, "")
        is_attached = given.startswith("attach://")
        if upload := files.get(given.removeprefix("attach://") if is_attached else kind):
            name, data = upload
            given = self.store_file(data, name, kind)["file_id"]
        if given.startswith("http"):
            raise ApiError("failed to get HTTP URL content")
        if given not in self.files:
            raise ApiError("wrong file identifier/HTTP URL specified")
        stored = self.files[given]
        file = self.spec.sample(
            self.spec.content_type(kind),
            **stored.raw,
            file_name=stored.name,
            mime_type=stored.mime,
        )
        return self.send(args, {kind: [file] if kind == "photo" else file, **caption(args)})

    def edit(self, args: Json, change: Json, what: str) -> Json | bool:
        """Change the "text", the "caption" or, with "", only the keyboard of a message."""
        message = self._message_to_edit(args)
        if what == "text" and "text" not in message.raw:
            raise ApiError("there is no text in the message to edit")
        replaced = {"reply_markup", "edit_date"}
        if what:
            replaced |= {what, "entities", "caption_entities"}
        new = {key: value for key, value in message.raw.items() if key not in replaced} | change
        markup = checked_markup(args)
        if markup.get("inline_keyboard"):
            new["reply_markup"] = markup
        if new == {key: value for key, value in message.raw.items() if key != "edit_date"}:
            raise ApiError(NOT_MODIFIED)
        message.replace(new)
        return True if "inline_message_id" in args else message.raw

    def _message_to_edit(self, args: Json) -> Msg:
        missing = "message to edit not found"
        if "inline_message_id" in args:
            inline = self.inline_messages.get(args["inline_message_id"])
            if not inline:
                raise ApiError(missing)
            return inline
        if "chat_id" not in args:
            raise ApiError("chat_id is empty")
        if "message_id" not in args:
            raise ApiError("message identifier is not specified")
        message = self.find_message(args, missing)
        if not message.from_bot:
            raise ApiError("message can't be edited")
        return message

    def answer_query(self, query_id: str, answer: Json) -> bool:
        """Give the answer to a callback or inline query, once and in time."""
        query = self.queries.get(query_id)
        if not query or query.answer or time.monotonic() - query.asked_at > self.query_ttl_s:
            raise ApiError(QUERY_TOO_OLD)
        query.answer = answer
        return True


def check_writable(chat: Chat) -> None:
    """Refuse a chat in which the bot may not write."""
    if chat.type == "private" and chat.people[0].blocked:
        raise ApiError("bot was blocked by the user", 403)
    if chat.type == "private" and not chat.people[0].started:
        raise ApiError("bot can't initiate conversation with a user", 403)
    if chat.type == "channel" and chat.bot_status != "administrator":
        raise ApiError("need administrator rights in the channel chat")


def checked_markup(args: Json) -> Json:
    """Take the keyboard of a call or an inline result, if Telegram would take it."""
    markup: Json = args.get("reply_markup", {})
    buttons = [button for row in markup.get("inline_keyboard", ()) for button in row]
    for button in buttons:
        check_button(button)
    if len(buttons) > MAX_BUTTONS:
        raise ApiError("reply markup is too long")
    return markup


def check_button(button: Json) -> None:
    """Refuse a button of an inline keyboard that Telegram would refuse."""
    if not button["text"]:
        raise ApiError("inline keyboard button text must be non-empty")
    if not button.keys() - DECORATION:
        raise ApiError(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if not 1 <= len(button.get("callback_data", "x").encode()) <= MAX_CALLBACK_BYTES:
        raise ApiError("BUTTON_DATA_INVALID")
    if "url" in button and not BUTTON_URL.match(button["url"]):
        raise ApiError(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")


def text(args: Json, key: str = "text") -> Json:
    """Make the text of a message and its entities."""
    if key not in args:
        raise ApiError("message text is empty")
    seen, entities = formatted(args[key], args.get("parse_mode", ""), args.get("entities"))
    return {"text": seen, **({"entities": entities} if entities else {})}


def caption(args: Json) -> Json:
    """Make the caption of a message and its entities; nothing where there is none."""
    seen, entities = formatted(
        args.get("caption", ""),
        args.get("parse_mode", ""),
        args.get("caption_entities"),
        "caption",
    )
    if not seen:
        return {}
    return {"caption": seen, **({"caption_entities": entities} if entities else {})}


def snake(name: str) -> str:
    """Turn ShortDescription to short_description."""
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()

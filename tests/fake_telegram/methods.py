"""The Bot API's methods: do_<method>(arguments, files) answers a call, or raises ApiError.

Arguments have been decoded; what is checked here depends on chats, messages and limits. The
methods of updates and webhooks are in updates.py.
"""

import json
import re
from typing import Any

from .errors import QUERY_TOO_OLD, ApiError
from .sending import Sending, caption, checked_markup, snake, text
from .wire import Files, Json
from .world import TOPIC_COLOR

NOT_COPIED = {
    "message_id",
    "date",
    "edit_date",
    "chat",
    "from",
    "sender_chat",
    "reply_to_message",
    "reply_markup",
    "message_thread_id",
    "is_topic_message",
    "via_bot",
}
MAX_DOWNLOAD_BYTES = 20 << 20
MAX_RESULTS = 50
MAX_COMMANDS = 100
PROFILE_LIMITS = {"Name": 64, "Description": 512, "ShortDescription": 120}
START_PARAMETER = re.compile(r"[A-Za-z0-9_-]{1,64}")
PROFILE_METHOD = re.compile(r"([sg])etMy(Name|Description|ShortDescription)")


class Methods(Sending):
    """All methods that need more than `generic` does."""

    # ---- messages

    def do_send_message(self, args: Json, _: Files) -> Json:
        return self.send(args, text(args))

    def do_send_media_group(self, args: Json, files: Files) -> list[Json]:
        shared = {key: value for key, value in args.items() if key != "media"}
        return [
            self.send_file(item["type"], {**shared, **item, item["type"]: item["media"]}, files)
            for item in args["media"]
        ]

    def do_forward_message(self, args: Json, _: Files, what: str = "forward") -> Json:
        source = self.find_message(args, f"message to {what} not found", "from_chat_id")
        return self.send(args, {k: v for k, v in source.raw.items() if k not in NOT_COPIED})

    def do_copy_message(self, args: Json, files: Files) -> Json:
        return {"message_id": self.do_forward_message(args, files, "copy")["message_id"]}

    def do_edit_message_text(self, args: Json, _: Files) -> Json | bool:
        return self.edit(args, text(args), "text")

    def do_edit_message_caption(self, args: Json, _: Files) -> Json | bool:
        return self.edit(args, caption(args), "caption")

    def do_edit_message_reply_markup(self, args: Json, _: Files) -> Json | bool:
        return self.edit(args, {}, "")

    def do_delete_message(self, args: Json, _: Files) -> bool:
        message = self.find_message(args, "message to delete not found")
        chat = message.chat
        may_delete_any = chat.type == "private" or (
            chat.bot_status == "administrator" and chat.bot_may_delete
        )
        if not message.from_bot and not may_delete_any:
            raise ApiError("message can't be deleted")
        message.deleted = True
        self.note(message.chat, "delete", message)
        return True

    def do_set_message_reaction(self, args: Json, _: Files) -> bool:
        message = self.find_message(args, "message to react not found")
        emoji = [reaction.get("emoji", reaction["type"]) for reaction in args.get("reaction", ())]
        if not all(map(self.spec.allows_reaction, emoji)):
            raise ApiError("REACTION_INVALID")
        message.reactions = emoji
        self.note(message.chat, "reaction", f"#{message.id} {' '.join(emoji)}")
        return True

    def do_send_chat_action(self, args: Json, _: Files) -> bool:
        self.note(self.find_chat(args["chat_id"]), "action", args["action"])
        return True

    def do_get_file(self, args: Json, _: Files) -> Json:
        stored = self.files.get(args["file_id"])
        if not stored:
            raise ApiError("wrong file_id or the file is temporarily unavailable")
        if len(stored.data) > MAX_DOWNLOAD_BYTES:
            raise ApiError("file is too big")
        return stored.raw

    # ---- queries

    def do_answer_callback_query(self, args: Json, _: Files) -> bool:
        if len(args.get("text", "")) > 200:
            raise ApiError("MESSAGE_TOO_LONG")
        answer = {"text": "", "show_alert": False, **args}
        return self.answer_query(args["callback_query_id"], answer)

    def do_answer_inline_query(self, args: Json, _: Files) -> bool:
        results = inline_results(args["results"])
        if len(args.get("next_offset", "").encode()) > 64:
            raise ApiError("NEXT_OFFSET_INVALID")
        button = args.get("button", {"text": "x", "start_parameter": "x"})
        if not button["text"]:
            raise ApiError("SWITCH_PM_TEXT_EMPTY")
        if not START_PARAMETER.fullmatch(button.get("start_parameter", "x")):
            raise ApiError("START_PARAM_INVALID")
        return self.answer_query(args["inline_query_id"], {**args, "results": results})

    def do_answer_guest_query(self, args: Json, _: Files) -> Json:
        mention = self.guest_mentions.get(args["guest_query_id"])
        if not mention:
            raise ApiError(QUERY_TOO_OLD)
        ((result, content),) = inline_results([args["result"]])
        self.answer_query(args["guest_query_id"], args)
        markup = {"reply_markup": result["reply_markup"]} if "reply_markup" in result else {}
        if chat := mention.raw.get("sender_chat"):
            caller = {"guest_bot_caller_chat": chat}
        else:
            caller = {"guest_bot_caller_user": mention.raw["from"]}
        content = {**content, **markup, **caller}
        message = self.add_message(mention.chat, self.bot, content, mention)
        mention.chat.from_bot.append(message)
        return {"inline_message_id": self.note_inline(message)}

    # ---- chats

    def do_get_chat(self, args: Json, _: Files) -> Json:
        chat = self.find_chat(args["chat_id"], writes=False)
        linked = {"linked_chat_id": chat.linked.id} if chat.linked else {}
        sample: Json = self.spec.sample("ChatFullInfo", **chat.raw, **linked)
        return sample

    def do_get_chat_member(self, args: Json, _: Files) -> Json:
        chat = self.find_chat(args["chat_id"], writes=False)
        if args["user_id"] == self.bot.id:
            return self.member(chat.bot_status, self.bot.raw)
        user = self.users.get(args["user_id"])
        if not user:
            raise ApiError("PARTICIPANT_ID_INVALID")
        if user not in chat.people:
            return self.member("left", user.raw)
        if user not in chat.admins:
            return self.member("member", user.raw)
        return self.member("creator" if user is chat.admins[0] else "administrator", user.raw)

    def do_get_chat_administrators(self, args: Json, files: Files) -> list[Json]:
        chat = self.find_chat(args["chat_id"], writes=False)
        if chat.type == "private":
            raise ApiError("there are no administrators in the private chat")
        ids = [user.id for user in chat.admins]
        if chat.bot_status == "administrator":
            ids.append(self.bot.id)
        return [self.do_get_chat_member({**args, "user_id": i}, files) for i in ids]

    def do_get_chat_member_count(self, args: Json, _: Files) -> int:
        return len(self.find_chat(args["chat_id"], writes=False).people) + 1

    def do_leave_chat(self, args: Json, _: Files) -> bool:
        chat = self.find_chat(args["chat_id"], writes=False)
        if chat.type == "private":
            raise ApiError("chat member status can't be changed in private chats")
        self.set_membership(chat, self.bot, "left")
        return True

    def do_create_forum_topic(self, args: Json, _: Files) -> Json:
        chat = self.find_chat(args["chat_id"])
        if not chat.raw.get("is_forum"):
            raise ApiError("the chat is not a forum")
        if chat.bot_status != "administrator":
            raise ApiError("not enough rights to create a topic")
        thread = self.open_topic(chat, self.bot, args["name"]).id
        sample: Json = self.spec.sample(
            "ForumTopic", name=args["name"], icon_color=TOPIC_COLOR, message_thread_id=thread
        )
        return sample

    # ---- the bot's own profile

    def do_get_me(self, *_: Any) -> Json:
        return {
            **self.bot.raw,
            "can_join_groups": True,
            "can_read_all_group_messages": not self.privacy,
            "supports_inline_queries": self.supports_inline,
            "supports_guest_queries": self.supports_guests,
        }

    def do_set_my_commands(self, args: Json, _: Files) -> bool:
        for command in args["commands"]:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
                raise ApiError("BOT_COMMAND_INVALID")
            if not 1 <= len(command["description"]) <= 256:
                raise ApiError("BOT_COMMAND_DESCRIPTION_INVALID")
        if len(args["commands"]) > MAX_COMMANDS:
            raise ApiError("BOT_COMMANDS_TOO_MUCH")
        self.profile[commands_key(args)] = args["commands"]
        return True

    def do_get_my_commands(self, args: Json, _: Files) -> list[Json]:
        commands: list[Json] = self.profile.get(commands_key(args), [])
        return commands

    # ---- everything else

    def generic(self, method: str, args: Json, files: Files) -> Any:
        """Answer any other method.

        It sends something of its kind, remembers what it sets, or gives a plausible value.
        """
        returns = self.spec.result_types(method)
        kind = snake(method.removeprefix("send")) if method.startswith("send") else ""
        type_name = self.spec.content_type(kind)
        if type_name and "Message" in returns:
            if self.spec.takes_file(method, kind):
                return self.send_file(kind, args, files)
            known = {k: v for k, v in args.items() if not isinstance(v, list | dict)}
            return self.send(args, {kind: self.spec.sample(type_name, **known)})
        if setting := PROFILE_METHOD.fullmatch(method):
            return self._profile_setting(setting[2], args, is_set=setting[1] == "s")
        if "chat_id" in args:
            self.find_chat(args["chat_id"], writes=False)
        return True if "Boolean" in returns else self.spec.sample(returns[0], **args)

    def _profile_setting(self, name: str, args: Json, *, is_set: bool) -> Json | bool:
        parameter, limit = snake(name), PROFILE_LIMITS[name]
        key = parameter, args.get("language_code", "")
        if not is_set:
            return {parameter: self.profile.get(key, "")}
        if len(args.get(parameter, "")) > limit:
            raise ApiError(f"[fake] {parameter} is longer than {limit} characters")
        self.profile[key] = args.get(parameter, "")
        return True


def inline_results(given: list[Json]) -> list[tuple[Json, Json]]:
    """Check results, and make the text or caption of the message that each of them sends."""
    ids = [result["id"] for result in given]
    if len(ids) > MAX_RESULTS:
        raise ApiError("too many inline query results specified")
    if len(set(ids)) < len(ids):
        raise ApiError("RESULT_ID_DUPLICATE")
    if not all(1 <= len(result_id.encode()) <= 64 for result_id in ids):
        raise ApiError("RESULT_ID_INVALID")
    try:
        return [(result, inline_content(result)) for result in given]
    except ApiError as error:
        raise ApiError(f"can't parse inline query result: {error.reason}") from None


def inline_content(result: Json) -> Json:
    """Make the text or caption of the message that an inline result sends."""
    given = result.get("input_message_content", {})
    content = text(given, "message_text") if "message_text" in given else caption(result)
    checked_markup(result)
    return content


def commands_key(args: Json) -> tuple[str, ...]:
    """Commands differ by scope and language."""
    return "commands", json.dumps(args.get("scope")), args.get("language_code", "")

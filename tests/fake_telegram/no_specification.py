"""The little of the Bot API that the fake needs where its specification is not at hand."""

import json
import re
from typing import Any

from .errors import ApiError
from .specification import BOOLEANS, NOT_JSON, missing
from .wire import Files, Json

# Parameters that are no strings; all others, the texts among them, stay as they come.
INTEGERS = {
    "cache_time",
    "chat_id",
    "from_chat_id",
    "icon_color",
    "limit",
    "max_connections",
    "message_id",
    "message_thread_id",
    "offset",
    "timeout",
    "user_id",
}
FLAGS = {
    "allow_sending_without_reply",
    "disable_notification",
    "drop_pending_updates",
    "is_big",
    "is_personal",
    "protect_content",
    "show_alert",
}
OBJECTS = {
    "allowed_updates",
    "button",
    "caption_entities",
    "commands",
    "entities",
    "link_preview_options",
    "media",
    "menu_button",
    "message_ids",
    "reaction",
    "reply_markup",
    "reply_parameters",
    "result",
    "results",
    "rights",
    "scope",
}
UPDATE_KINDS = {
    "callback_query",
    "channel_post",
    "chat_member",
    "chosen_inline_result",
    "edited_channel_post",
    "edited_message",
    "guest_message",
    "inline_query",
    "message",
    "message_reaction",
    "my_chat_member",
}
FILE_TYPES = {
    "animation": "Animation",
    "audio": "Audio",
    "document": "Document",
    "photo": "PhotoSize",
    "sticker": "Sticker",
    "video": "Video",
    "video_note": "VideoNote",
    "voice": "Voice",
}
SIZE = {"width": 1, "height": 1}
ADMINISTRATOR_RIGHTS = (
    "can_be_edited",
    "is_anonymous",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)
GIFT_TYPES = (
    "unlimited_gifts",
    "limited_gifts",
    "unique_gifts",
    "premium_subscription",
    "gifts_from_channels",
)
# The required fields of the types that the fake makes samples of.
SAMPLES: dict[str, Json] = {
    "Animation": SIZE | {"duration": 1},
    "Audio": {"duration": 1},
    "ChatFullInfo": {
        "accent_color_id": 1,
        "max_reaction_count": 1,
        "accepted_gift_types": dict.fromkeys(GIFT_TYPES, False),
    },
    "ChatMemberAdministrator": {
        "status": "administrator",
        **dict.fromkeys(ADMINISTRATOR_RIGHTS, False),
    },
    "ChatMemberBanned": {"status": "kicked", "until_date": 1},
    "ChatMemberLeft": {"status": "left"},
    "ChatMemberMember": {"status": "member"},
    "ChatMemberOwner": {"status": "creator", "is_anonymous": False},
    "PhotoSize": SIZE,
    "Sticker": SIZE | {"type": "regular", "is_animated": False, "is_video": False},
    "Video": SIZE | {"duration": 1},
    "VideoNote": {"length": 1, "duration": 1},
    "Voice": {"duration": 1},
}


class Arguments(Json):
    """The arguments of a call: to ask for one that was not given is an ApiError."""

    def __missing__(self, name: str) -> Any:
        raise missing(name)


class NoSpecification:
    """Decodes what the fake itself reads, and lets everything else pass unchecked."""

    in_use = False
    update_kinds = UPDATE_KINDS

    def method_name(self, name: str) -> str:
        return name

    def result_types(self, method: str) -> list[str]:
        is_file = any(self.takes_file(method, kind) for kind in FILE_TYPES)
        return ["Message"] if is_file else ["Boolean"]

    def content_type(self, kind: str) -> str:
        return FILE_TYPES.get(kind, "")

    def takes_file(self, method: str, parameter: str) -> bool:
        is_own = method.lower() == "send" + parameter.replace("_", "")
        return is_own and parameter in FILE_TYPES

    def allows_reaction(self, emoji: str) -> bool:
        return True

    def decode(self, method: str, raw: Json, files: Files, *, strict: bool) -> Json:
        given = {name: value for name, value in raw.items() if value not in ("", None)}
        return Arguments({name: decode_value(name, value) for name, value in given.items()})

    def sample(self, type_name: str, **known: Any) -> Any:
        return SAMPLES.get(type_name, {}) | {k: v for k, v in known.items() if v is not None}


def decode_value(name: str, value: Any) -> Any:
    """Decode a form field by the name of its parameter."""
    if not isinstance(value, str):
        return value
    if name in INTEGERS and re.fullmatch(r"-?\d+", value):  # a chat may also be "@name"
        return int(value)
    if name in FLAGS:
        return BOOLEANS.get(value.lower()) == "true"
    if name not in OBJECTS:
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise ApiError(NOT_JSON.get(name, f"can't parse {name} JSON object")) from None

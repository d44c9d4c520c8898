"""The Bot API as data: api.json of PaulSonOfLars/telegram-bot-api-spec."""

import json
import re
from pathlib import Path
from typing import Any

from .errors import QUERY_TOO_OLD, ApiError
from .wire import Files, Json

MISSING = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "user_id": "invalid user_id specified",
    "message_id": "message identifier is not specified",
    "action": "wrong parameter action in request",
    "callback_query_id": QUERY_TOO_OLD,
    "inline_query_id": QUERY_TOO_OLD,
    "file_id": "file_id not specified",
    **{
        kind: f"there is no {kind} in the request"
        for kind in ("document", "photo", "audio", "video", "voice", "animation", "sticker")
    },
}
NOT_JSON = {
    "reply_markup": "can't parse reply keyboard markup JSON object",
    "results": "can't parse JSON encoded inline query results",
    "reply_parameters": "can't parse reply parameters JSON object",
}
INSIDE = {
    "reply_markup": "can't parse inline keyboard button: ",
    "results": "can't parse inline query result: ",
    "commands": "can't parse BotCommand: ",
    "entities": "can't parse MessageEntity: ",
    "reaction": "can't parse ReactionType: ",
    "scope": "can't parse BotCommandScope: ",
}
PLAIN: dict[str, tuple[type, ...]] = {
    "Integer": (int,),
    "Float": (int, float),
    "String": (str,),
    "InputFile": (str,),
    "Boolean": (bool,),
    "True": (bool,),
}
SAMPLES = {"Integer": 1, "Float": 1.0, "String": "fake", "Boolean": False, "True": True}
BOOLEANS = {
    "1": "true",
    "yes": "true",
    "true": "true",
    "0": "false",
    "no": "false",
    "false": "false",
}
CONSTANT = re.compile(r'(?:must be|always) "?(\w+)"?')


def missing(parameter: str) -> ApiError:
    """Make the error answer for a parameter that was not given."""
    return ApiError(MISSING.get(parameter, f'parameter "{parameter}" is required'))


class Specification:
    """Checks each call against the specification, and makes samples of its types."""

    in_use = True

    def __init__(self, path: Path) -> None:
        data = json.loads(path.read_text("utf-8"))
        self.version: str = data["version"]
        self.types: Json = data["types"]
        # Telegram does not mind the case of a method's name.
        self.methods: dict[str, Json] = {n.lower(): m for n, m in data["methods"].items()}
        self.fields = {name: by_name(type_) for name, type_ in self.types.items()}
        self.parameters = {m["name"]: by_name(m) for m in self.methods.values()}
        self.update_kinds = set(self.fields["Update"]) - {"update_id"}
        emoji = self.fields["ReactionTypeEmoji"]["emoji"]["description"]
        self.reactions = set(re.findall('"([^"]+)"', emoji))
        self.constants = {name: constants(fields) for name, fields in self.fields.items()}

    def method_name(self, name: str) -> str:
        if name.lower() not in self.methods:
            raise ApiError("method not found", 404)
        return str(self.methods[name.lower()]["name"])

    def result_types(self, method: str) -> list[str]:
        return list(self.methods[method.lower()]["returns"])

    def content_type(self, kind: str) -> str:
        field = self.fields["Message"].get(kind)
        return field["types"][0].removeprefix("Array of ") if field else ""

    def takes_file(self, method: str, parameter: str) -> bool:
        return "InputFile" in self.parameters[method].get(parameter, {}).get("types", ())

    def allows_reaction(self, emoji: str) -> bool:
        return emoji in self.reactions

    def decode(self, method: str, raw: Json, files: Files, *, strict: bool) -> Json:
        parameters, args = self.parameters[method], {}
        for name, value in raw.items():
            if name not in parameters:
                if strict:
                    raise ApiError(f'[fake] unknown parameter "{name}" of {method}')
            elif value not in ("", None):
                args[name] = self._argument(name, value, parameters[name]["types"], strict)
        for name, parameter in parameters.items():
            is_given = name in args or name in files
            if parameter["required"] and not is_given and method != "setWebhook":
                raise missing(name)
        return args

    def sample(self, type_name: str, **known: Any) -> Any:
        type_name = self._concrete([type_name])[0]
        if type_name.startswith("Array of "):
            return []
        if type_name not in self.types:
            return SAMPLES.get(type_name)
        fields, constant = self.fields[type_name], self.constants[type_name]
        required = {
            name: constant.get(name) or self.sample(field["types"][0])
            for name, field in fields.items()
            if field["required"] and name not in known
        }
        return required | {k: v for k, v in known.items() if k in fields and v is not None}

    def _argument(self, name: str, value: Any, types: list[str], strict: bool) -> Any:
        if isinstance(value, str):
            value = decode_string(name, value, types)
        try:
            return self._check(value, types, name, strict)
        except ApiError as error:
            raise ApiError(INSIDE.get(name, "") + error.reason) from None

    def _check(self, value: Any, types: list[str], where: str, strict: bool) -> Any:
        types = self._concrete(types)
        arrays = [t.removeprefix("Array of ") for t in types if t.startswith("Array of ")]
        if isinstance(value, list) and arrays:
            return [self._check(item, arrays, where, strict) for item in value]
        plain = [t for t in types if t in PLAIN]
        if any(type(value) in PLAIN[t] for t in plain):
            return value
        objects = [t for t in types if t in self.types]
        if isinstance(value, dict) and objects:
            return self._check_object(value, objects, strict)
        wanted = (
            "Array" if arrays else "Object" if objects else plain[0].replace("Integer", "Number")
        )
        raise ApiError(f'Field "{where}" must be of type {wanted}')

    def _check_object(self, value: Json, types: list[str], strict: bool) -> Json:
        """Check an object against the types that its constants and its fields allow."""
        same = [t for t in types if self.constants[t].items() <= value.items()] or types
        fit = [t for t in same if not self._missing_fields(value, t)]
        *others, last = fit or same[:1]
        for type_name in others:
            try:
                return self._check_fields(value, type_name, strict)
            except ApiError:
                continue
        return self._check_fields(value, last, strict)

    def _check_fields(self, value: Json, type_name: str, strict: bool) -> Json:
        fields = self.fields[type_name]
        if absent := self._missing_fields(value, type_name):
            raise ApiError(f'Can\'t find field "{absent[0]}"')
        if strict and (unknown := [name for name in value if name not in fields]):
            raise ApiError(f'[fake] unknown field "{unknown[0]}" of {type_name}')
        return {
            name: self._check(item, fields[name]["types"], name, strict)
            if name in fields
            else item
            for name, item in value.items()
        }

    def _missing_fields(self, value: Json, type_name: str) -> list[str]:
        fields = self.fields[type_name]
        return [name for name, f in fields.items() if f["required"] and name not in value]

    def _concrete(self, types: list[str]) -> list[str]:
        """Replace each type that has subtypes by these."""
        found = []
        for type_name in types:
            subtypes = self.types.get(type_name, {}).get("subtypes")
            found += self._concrete(subtypes) if subtypes else [type_name]
        return found


def by_name(described: Json) -> dict[str, Json]:
    """Index the fields of a type, or the parameters of a method."""
    return {field["name"]: field for field in described.get("fields", ())}


def constants(fields: dict[str, Json]) -> dict[str, str]:
    """Find the fields that tell a type from its siblings, as type "article"."""
    found = {}
    for name in fields.keys() & {"type", "status", "source"}:
        if match := CONSTANT.search(fields[name]["description"]):
            found[name] = match[1]
    return found


def decode_string(name: str, value: str, types: list[str]) -> Any:
    """Decode a form field to what its types ask for; a text stays as it is."""
    if "String" in types or "InputFile" in types:
        is_number = "Integer" in types and re.fullmatch(r"-?\d+", value)
        return int(value) if is_number else value
    try:
        return json.loads(BOOLEANS.get(value.lower(), value) if types == ["Boolean"] else value)
    except ValueError:
        raise ApiError(NOT_JSON.get(name, f"can't parse {name} JSON object")) from None

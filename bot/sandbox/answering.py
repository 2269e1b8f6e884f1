"""The small methods: who am I, answers to taps, files, the menu."""

import json
import re
from typing import Any

from bot.sandbox.addressing import the_chat
from bot.sandbox.files import MOST_DOWNLOAD
from bot.sandbox.links import link_fault
from bot.sandbox.parameters import Given
from bot.sandbox.refusal import bad_request
from bot.sandbox.shapes import Json, bot_json, file_json, full_chat_json
from bot.sandbox.state import State
from bot.sandbox.vocabulary import ACTIONS, SCOPES

MOST_COMMANDS = 100
MOST_DESCRIPTION = 256


async def get_me(state: State, _: Given) -> Json:
    return bot_json(state.bot)


async def get_chat(state: State, given: Given) -> Json:
    return full_chat_json(the_chat(state, given))


async def get_file(state: State, given: Given) -> Json:
    file = state.files.file(given.get("file_id", ""))
    if file is None:
        raise bad_request("invalid file_id")
    if len(file.data) > MOST_DOWNLOAD:
        raise bad_request("file is too big")
    return file_json(file)


async def answer_callback_query(state: State, given: Given) -> bool:
    url = given.get("url")
    if url is not None and link_fault(url):
        raise bad_request("URL_INVALID")
    state.taps.answer(
        given.get("callback_query_id", ""), given.get("text", ""), alert=given.get("show_alert", False), url=url
    )
    return True


async def send_chat_action(state: State, given: Given) -> bool:
    chat = the_chat(state, given)
    if given.get("action") not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat.action = given.get("action")
    state.chats.touched()
    return True


async def set_my_commands(state: State, given: Given) -> bool:
    commands = given.get("commands", [])
    if len(commands) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        _check_command(command)
    state.commands[_menu(given)] = commands
    state.changes.happened()
    return True


async def get_my_commands(state: State, given: Given) -> list[Json]:
    return state.commands.get(_menu(given), [])


def _menu(given: Given) -> tuple[str, str]:
    scope = given.get("scope", {"type": "default"})
    language = given.get("language_code", "")
    if scope.get("type") not in SCOPES:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    if not re.fullmatch(r"([a-z]{2})?", language):
        raise bad_request("invalid language code specified")
    return json.dumps(scope, sort_keys=True), language


def _check_command(command: Any) -> None:
    if not isinstance(command, dict) or set(command) != {"command", "description"}:
        raise bad_request("can't parse BotCommand: Expected an Object with command and description")
    if not re.fullmatch(r"[a-z0-9_]{1,32}", str(command["command"])):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(str(command["description"])) <= MOST_DESCRIPTION:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")

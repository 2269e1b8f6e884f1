"""python -m bot: what can be said to this program from a shell."""

import asyncio

import structlog
import typer

from bot import __version__, account_commands, vault_commands
from bot.options import ConfigPath, configured, remember
from bot.stopping import Stop

app = typer.Typer(
    help="A Telegram bot that publishes an approved draft on every network. Without a command: run.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    invoke_without_command=True,
)
app.add_typer(account_commands.app, name="account")
app.add_typer(vault_commands.app, name="vault")


@app.callback()
def start(context: typer.Context, config: ConfigPath = None) -> None:
    remember(context, config)
    if context.invoked_subcommand is None:
        run(context)


@app.command()
def run(context: typer.Context, config: ConfigPath = None) -> None:
    """Take updates and publish until stopped."""
    with Stop() as stop:
        settings = configured(context, config)
        for notice in settings.notices:
            structlog.get_logger("bot").warning(notice)
        from bot.app import run as serve
        from bot.footprint import give_back

        give_back()
        asyncio.run(serve(settings, stop))


@app.command()
def demo(
    context: typer.Context,
    config: ConfigPath = None,
    tour: bool = typer.Option(False, "--tour", help="Play a story in the terminal instead, and end."),
    port: int | None = typer.Option(None, "--port", min=0, max=65535, help="Where the page is served (0: any free)."),
) -> None:
    """Try the whole product in a browser on this machine: no account anywhere, nothing is published."""
    remember(context, config)
    from bot.demo import run as show

    asyncio.run(show(tour=tour, port=port))


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(f"pregonero {__version__}")

"""The command line: one file a group of commands, each loaded when it is called."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from importlib import import_module

import click

from qualitygate import __version__
from qualitygate.exits import BUG, USAGE

COMMANDS: Mapping[str, str] = {
    "init": "qualitygate.cli.init:init",
    "doctor": "qualitygate.cli.doctor:doctor",
    "check": "qualitygate.cli.check:check",
    "measure": "qualitygate.cli.check:measure",
    "read": "qualitygate.cli.read:read",
    "metrics": "qualitygate.cli.catalogue:metrics",
    "explain": "qualitygate.cli.catalogue:explain",
    "policy": "qualitygate.cli.policy:policy",
    "waiver": "qualitygate.cli.waiver:waiver",
    "publish": "qualitygate.cli.publish:publish",
    "support": "qualitygate.cli.support:support",
    "records": "qualitygate.cli.records:records",
    "documents": "qualitygate.cli.documents:documents",
    "report": "qualitygate.cli.periodic:report",
    "evidence": "qualitygate.cli.evidence:evidence",
    "serve": "qualitygate.cli.serve:serve",
    "worker": "qualitygate.cli.serve:worker",
}

BROKEN_PIPE = 128 + 13
"""What a shell shows for a command that SIGPIPE ended."""


class _LazyGroup(click.Group):
    """A group that imports a command's module only when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from difflib import get_close_matches  # noqa: PLC0415

            close = get_close_matches(args[0], COMMANDS, 1)
            ctx.fail(
                f"there is no command {args[0]!r}"
                + (f"; did you mean {close[0]!r}?" if close else f"; there are {', '.join(COMMANDS)}")
            )
        return super().resolve_command(ctx, args)


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="qualitygate", message="%(prog)s %(version)s")
def root() -> None:
    """Turn promises about quality into a policy, measure them from evidence, answer pass or fail.

    Exit codes: 0 met, 1 a gate failed, 2 usage or configuration, 3 evidence missing or unreadable, 4 remote or
    authentication, 70 a bug in qualitygate.
    """


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and give its exit code; nothing a user can do ends in a traceback."""
    from qualitygate.errors import QualityGateError  # noqa: PLC0415

    try:
        code = root.main(
            args=None if arguments is None else list(arguments), prog_name="qualitygate", standalone_mode=False
        )
        return code if isinstance(code, int) else BUG
    except click.exceptions.Abort:
        click.echo("interrupted", err=True)
        return 130
    except click.ClickException as error:
        error.show()
        return USAGE
    except SystemExit:
        # click's answer to a reader of its output that left early; nobody may take it for an answer of ours
        return BROKEN_PIPE
    except QualityGateError as error:
        from qualitygate.cli.problems import show  # noqa: PLC0415

        return show(error)
    except Exception as error:
        if os.environ.get("QUALITYGATE_DEBUG"):
            raise
        click.echo(
            f"qualitygate: internal error: {type(error).__name__}: {error}\n"
            "This is a bug; QUALITYGATE_DEBUG=1 shows where.",
            err=True,
        )
        return BUG

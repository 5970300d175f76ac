"""Writes what the documentation takes from the product itself: `make docs`."""

from pathlib import Path

from typer.main import get_command

from annual_report import app

README = Path(__file__).parent.parent / "README.md"
BEGIN = "<!-- commands: written by `make docs` -->"
END = "<!-- end of commands -->"


def command_help() -> str:
    """Every command with its usage and its Chinese help line, as one code block."""
    group = get_command(app)
    context = group.make_context("annual-report", [], resilient_parsing=True)
    lines = []
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        inner = command.make_context(name, [], parent=context, resilient_parsing=True)
        usage = " ".join(command.collect_usage_pieces(inner)).replace("[OPTIONS]", "").strip()
        options = [parameter.opts[0] for parameter in command.params if parameter.opts[0].startswith("--")]
        shown = " ".join(f"[{option}]" for option in options if option != "--help")
        lines.append(" ".join(part for part in ("annual-report", name, usage, shown) if part))
        lines.append(f"    {command.help}")
    return "```\n" + "\n".join(lines) + "\n```\n"


def readme_with_commands(text: str) -> str:
    """`text` with the block between the two marks written anew."""
    before, rest = text.split(BEGIN, 1)
    _, after = rest.split(END, 1)
    return f"{before}{BEGIN}\n\n{command_help()}\n{END}{after}"


if __name__ == "__main__":
    README.write_text(readme_with_commands(README.read_text(encoding="utf-8")), encoding="utf-8")

"""What the README says is what the product does."""

import re
from pathlib import Path

from tests.generated_docs import README, readme_with_commands

ROOT = README.parent


def test_the_commands_in_the_readme_are_those_of_the_program() -> None:
    """The list of commands is generated; `make docs` writes it."""
    text = README.read_text(encoding="utf-8")
    assert readme_with_commands(text) == text


def test_every_file_that_a_readme_links_exists() -> None:
    """Pictures and pages that the READMEs point to are in the repository."""
    for name in ("README.md", "README.zh-CN.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        linked = [link for link in re.findall(r"\]\(([^)#]+)", text) if not link.startswith("http")]
        assert linked
        for link in linked:
            assert (ROOT / link).exists(), f"{name}: {link}"


def test_the_make_targets_in_the_readme_exist() -> None:
    """`make report` and the others are targets of the Makefile."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    named = set(re.findall(r"`?make ([a-z]+)", README.read_text(encoding="utf-8")))
    assert named <= targets, named - targets


def test_no_absolute_path_or_index_address_is_committed() -> None:
    """Lock files name versions and hashes only."""
    for lock in ROOT.glob("requirements*.lock"):
        assert "://" not in lock.read_text(encoding="utf-8"), Path(lock).name

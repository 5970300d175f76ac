"""Settings laid over the packaged defaults, and what is refused in them."""

from pathlib import Path

import pytest

from workspace import SettingsUnreadable, WrongUse, create_workspace, open_workspace


def settings(folder: Path, text: str) -> Path:
    (folder / "settings.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_folder_without_settings_has_the_packaged_defaults(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path)
    assert workspace.language == "zh"
    assert workspace.settings["report"]["accent"] == "#1f5f6b"


def test_own_settings_replace_key_by_key_and_lists_whole(tmp_path: Path) -> None:
    """A table keeps the defaults that the workspace does not name."""
    text = '[report]\norganisation = "澄屿"\n[fees.classes]\nparking = ["泊车"]\n'
    workspace = open_workspace(settings(tmp_path, text))
    assert workspace.settings["report"]["organisation"] == "澄屿"
    assert workspace.settings["report"]["language"] == "zh"
    assert workspace.settings["fees"]["classes"]["parking"] == ["泊车"]
    assert "物业费" in workspace.settings["fees"]["classes"]["property"]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('report = "x"\n', "report"),
        ('[fees]\nclasses = "x"\n', "[fees.classes]"),
        ('[report]\nlanguage = "fr"\n', "fr"),
        ("[report\n", "settings.toml"),
        ('[[target]]\nmetric = "closure_rate"\n', "year"),
    ],
)
def test_a_mistake_in_settings_is_told_with_its_place(tmp_path: Path, text: str, word: str) -> None:
    """A sentence, not a traceback."""
    with pytest.raises(SettingsUnreadable) as refused:
        open_workspace(settings(tmp_path, text))
    assert word in refused.value.sentence.zh
    assert word in refused.value.sentence.en


def test_a_folder_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(WrongUse):
        open_workspace(tmp_path / "absent")


def test_a_new_workspace_leaves_settings_that_exist(tmp_path: Path) -> None:
    """Nobody's settings are overwritten, and the loaded data stay out of git."""
    settings(tmp_path, '[report]\nlanguage = "en"\n')
    create_workspace(tmp_path)
    assert open_workspace(tmp_path).language == "en"
    assert (tmp_path / "data" / "raw").is_dir()
    assert "!raw/" in (tmp_path / "data" / ".gitignore").read_text(encoding="utf-8")

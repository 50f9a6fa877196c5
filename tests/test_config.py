"""config.toml and .streamlit/config.toml say what there is, and what this house depends on."""

import fnmatch
import itertools
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from services.errors import Refused
from services.settings import HOME, Settings, settings
from tests.architecture.tree import files

TEXT = (HOME / "config.toml").read_text(encoding="utf-8")
WRITTEN = tomllib.loads(TEXT)
STREAMLIT = tomllib.loads((HOME / ".streamlit" / "config.toml").read_text(encoding="utf-8"))


def fields(model: type[BaseModel], before: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from fields(inner, f"{before}{name}.")
        elif name != "plugins":
            yield before + name


def keys(table: dict[str, Any], before: str = "") -> Iterator[str]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from keys(value, f"{before}{name}.")
        else:
            yield before + name


def test_every_setting_is_in_the_file_and_every_key_of_the_file_is_a_setting() -> None:
    assert sorted(keys(WRITTEN)) == sorted(fields(Settings))


def test_the_file_holds_the_defaults() -> None:
    assert Settings(**WRITTEN) == Settings()


def test_every_key_has_a_comment_above_it() -> None:
    lines = TEXT.splitlines()
    bare = [
        line
        for above, line in itertools.pairwise(lines)
        if "=" in line and line[:1].isalpha() and not above.startswith("#")
    ]
    assert bare == []


def test_a_misspelt_key_is_an_error_that_names_it(house: Path, set_environment: Callable[..., None]) -> None:
    (house / "config.toml").write_text("[imports]\nchunk_row = 5\n")
    set_environment()
    with pytest.raises(Refused, match=r"imports\.chunk_row"):
        settings()


def test_a_misspelt_variable_of_the_environment_is_an_error_that_names_it(
    set_environment: Callable[..., None],
) -> None:
    set_environment(CARTEIRA_PROT="8502")
    with pytest.raises(Refused, match="CARTEIRA_PROT"):
        settings()


def test_the_environment_stands_above_the_file(house: Path, set_environment: Callable[..., None]) -> None:
    (house / "config.toml").write_text('[log]\nlevel = "error"\n')
    set_environment(CARTEIRA_LOG__LEVEL="debug")
    assert settings().log.level == "debug"


def test_streamlit_opens_no_control_api_and_sends_nothing_home() -> None:
    assert STREAMLIT["server"]["enableAgentApi"] is False
    assert STREAMLIT["browser"]["gatherUsageStats"] is False


def test_streamlit_neither_collects_garbage_after_each_rerun_nor_turns_its_guards_off() -> None:
    assert STREAMLIT["runner"]["postScriptGC"] is False
    assert STREAMLIT["server"]["enableXsrfProtection"] is True
    assert STREAMLIT["server"]["enableCORS"] is True
    assert STREAMLIT["server"]["address"] == "127.0.0.1"


def test_streamlit_would_watch_no_folder_but_pages() -> None:
    tracked = {path.relative_to(HOME).parts[0] for path in files() if path.parent != HOME}
    folders = {"data"} | {name for name in tracked if not name.startswith(".")}
    patterns = [pattern + "/*" for pattern in STREAMLIT["server"]["folderWatchBlacklist"]]

    def ignored(folder: str) -> bool:
        return any(fnmatch.fnmatch(f"{HOME}/{folder}/", pattern) for pattern in patterns)

    assert {folder for folder in folders if not ignored(folder)} == {"pages"}


def test_streamlit_knows_every_one_of_its_settings() -> None:
    from streamlit import config

    known = set(config.get_config_options())
    assert {key for key in keys(STREAMLIT) if key not in known} == set()

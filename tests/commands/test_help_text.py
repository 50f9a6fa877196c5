"""Help is wholly in the person's language."""

import pytest

import cli


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr_FR.UTF-8", ("Utilisation :", "Options :", "[par défaut : skip]", "[obligatoire]")),
        ("pt_BR.UTF-8", ("Uso:", "Opções:", "[padrão: skip]", "[obrigatório]")),
        ("C", ("Usage:", "Options:", "[default: skip]", "[required]")),
    ],
)
def test_the_frame_of_help_speaks_the_language_of_the_environment(
    language: str, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LANGUAGE", language)
    assert cli.main(["import", "--help"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert [word in said for word in words] == [True] * len(words)


def test_no_english_stays_in_french_help(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LANGUAGE", "fr_FR.UTF-8")
    cli.main(["--help"])
    said = capsys.readouterr().out
    assert not [word for word in ("Usage:", "Commands", "Show", "exit") if word in said]

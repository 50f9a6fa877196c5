"""Carteira's settings: config.toml, and the environment above it. A typo is an error that names it."""

import os
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from hooks.i18n import _
from services import unfit
from services.errors import Refused

HOME = Path(__file__).resolve().parent.parent
PREFIX = "CARTEIRA_"
# Bytes of what people are told as a megabyte; a file that one door takes is taken by all.
MB = 1_000_000


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Database(_Section):
    """`url` empty means carteira.db in the data folder; `cache_mb` is SQLite's page cache a connection."""

    url: str = ""
    cache_mb: int = Field(default=64, ge=1, le=4096)
    busy_seconds: float = Field(default=30, gt=0)


class Access(_Section):
    """Who sees a contact that is behind no wall and has no responsible."""

    unassigned_contacts: Literal["everyone", "everyone_scope"] = "everyone"
    not_available_per_hour: int = Field(default=20, ge=1)


class Time(_Section):
    """The company's time zone, by its IANA name."""

    zone: str = "America/Sao_Paulo"

    @field_validator("zone")
    @classmethod
    def _known(cls, value: str) -> str:
        from zoneinfo import ZoneInfo

        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            wrong = _("{zone} is no time zone; an example is America/Sao_Paulo.")
            raise ValueError(wrong.format(zone=value)) from None
        return value


class Web(_Section):
    """`public_url` is how people reach the panel; https in it makes cookies Secure."""

    public_url: str = ""
    trusted_proxies: list[str] = []


class SignIn(_Section):
    """How long a session lasts without use and in all, and when failures begin to slow the next try down."""

    idle_hours: int = Field(default=12, ge=1)
    longest_days: int = Field(default=30, ge=1)
    free_failures: int = Field(default=5, ge=1)
    longest_wait_seconds: int = Field(default=300, ge=1)


class Imports(_Section):
    """Limits of what may be loaded, how many rows one transaction carries, how long files are kept."""

    max_mb: int = Field(default=500, ge=1)
    max_columns: int = Field(default=500, ge=1)
    max_cell_chars: int = Field(default=32_767, ge=100)
    max_unpacked_mb: int = Field(default=1_000, ge=1)
    workbook_memory_mb: int = Field(default=500, ge=100)
    workbook_seconds: int = Field(default=60, ge=1)
    chunk_rows: int = Field(default=10_000, ge=1, le=50_000)
    default_country: str = ""
    keep_days: int = Field(default=30, ge=1)


class Exports(_Section):
    """How long an export can be fetched."""

    keep_hours: int = Field(default=72, ge=1)


class Jobs(_Section):
    """Heartbeat, death and retention of the processes that carry out jobs and of what they have done."""

    beat_seconds: float = Field(default=3, gt=0)
    dead_seconds: float = Field(default=10, gt=0)
    poll_seconds: float = Field(default=1, gt=0)
    keep_days: int = Field(default=30, ge=1)


class Notices(_Section):
    """How long the bell keeps what it told."""

    keep_days: int = Field(default=90, ge=1)


class Mail(_Section):
    """The server that takes our mail; without `host` none is sent, and links are shown instead."""

    host: str = ""
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: str = ""
    sender: str = "carteira@localhost"
    timeout_seconds: float = Field(default=10, gt=0)


class Log(_Section):
    """How much is logged, and in which form."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["console", "json"] = "console"


class Settings(BaseSettings):
    """All settings. `plugins` holds a section a plugin, which the plugin itself checks."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid")

    data_dir: Path = Path("data")
    port: int = Field(default=8501, ge=1, le=65535)
    admin_email: str = ""
    admin_password: str = ""
    database: Database = Database()
    access: Access = Access()
    time: Time = Time()
    web: Web = Web()
    sign_in: SignIn = SignIn()
    imports: Imports = Imports()
    exports: Exports = Exports()
    jobs: Jobs = Jobs()
    notices: Notices = Notices()
    mail: Mail = Mail()
    log: Log = Log()
    plugins: dict[str, dict[str, Any]] = {}

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return env_settings, init_settings

    @property
    def data(self) -> Path:
        """The data folder, absolute; a relative one lies beside this checkout."""
        return self.data_dir if self.data_dir.is_absolute() else HOME / self.data_dir

    @property
    def database_url(self) -> str:
        """Where the database is, as SQLAlchemy writes it."""
        return self.database.url or f"sqlite:///{self.data / 'carteira.db'}"


@lru_cache(maxsize=1)
def settings() -> Settings:
    """Return the settings, read once. Raises Refused that names a setting which is unknown or does not fit."""
    path = Path(os.environ.get(f"{PREFIX}CONFIG", HOME / "config.toml"))
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        written = {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        told = _("{file} cannot be read: {reason}.").format(file=path.name, reason=error)
        raise Refused("bad_settings", told) from error
    _refuse_unknown_environment()
    try:
        return Settings(**written)
    except ValidationError as error:
        told = _("The settings do not fit. {what}").format(what=unfit.sentence(unfit.fields(error.errors())))
        raise Refused("bad_settings", told) from error


def _refuse_unknown_environment() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields} | {PREFIX + "CONFIG"}
    for name in os.environ:
        if name.startswith(PREFIX) and name.split("__")[0] not in known:
            told = _("The environment has {name}, which is no setting of Carteira.").format(name=name)
            raise Refused("bad_settings", told)

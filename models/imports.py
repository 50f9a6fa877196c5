"""An import, and what became of each of its rows."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, field_validator
from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, Identity, Index, text
from sqlmodel import Field, SQLModel

from models.base import BigId, Instant, choice_check

IMPORT_STATES = (
    "received", "planning", "planned", "accepted", "running",
    "done", "done_with_rejects", "failed", "cancelled",
)  # fmt: skip
# What a row and a contact are known by, in the usual order.
KEYS = ("external_id", "email", "phone")
Kind = Literal["contacts", "segments"]
OUTCOMES = ("created", "updated", "unchanged", "skipped", "rejected")
# What a file does to a field of contacts that are there.
How = Literal["overwrite", "fill", "never"]


class Import(SQLModel, table=True):
    """`file` is a path below the data folder; `counts` closes: rows = the sum of the five outcomes."""

    __table_args__ = (
        Index("ix_import_owner_id_created_at", "owner_id", "created_at"),
        CheckConstraint(choice_check("state", IMPORT_STATES), name="ck_import_state"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(BigId, Identity(), primary_key=True))
    file: str
    file_name: str
    bytes: int = Field(default=0, sa_column=Column(BigId, nullable=False))
    shape: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    mapping: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    options: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    owner_id: int | None = Field(default=None, sa_column=Column(BigId, ForeignKey("user.id")))
    via: str = "page"
    state: str = "received"
    progress: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    counts: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    message: str | None = None
    cancel_asked: bool = False
    act_id: int | None = Field(default=None, sa_column=Column(BigId, ForeignKey("act.id")))
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    started_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    ended_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class ImportRow(SQLModel, table=True):
    """What became of one row; its key is also the guard against doing the row twice."""

    __tablename__ = "import_row"
    __table_args__ = (
        Index("ix_import_row_contact_id", "contact_id"),
        Index("ix_import_row_import_id_outcome_row_no", "import_id", "outcome", "row_no"),
        # Few rows have a code, and of a million that have, one reason may be wanted.
        Index(
            "ix_import_row_import_id_code_row_no",
            "import_id",
            "code",
            "row_no",
            sqlite_where=text("code IS NOT NULL"),
            postgresql_where=text("code IS NOT NULL"),
        ),
        CheckConstraint(choice_check("outcome", OUTCOMES), name="ck_import_row_outcome"),
        {"sqlite_with_rowid": False},
    )

    import_id: int = Field(
        sa_column=Column(BigId, ForeignKey("import.id"), primary_key=True, autoincrement=False)
    )
    row_no: int = Field(sa_column=Column(BigId, primary_key=True, autoincrement=False))
    outcome: str
    code: str | None = None
    contact_id: int | None = Field(default=None, sa_column=Column(BigId, ForeignKey("contact.id")))
    contact_version: int | None = None
    detail: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))


class ImportOptions(BaseModel):
    """What the person chose. Each null means "find out": `mapping` (column index, from 0, to a field or
    nothing) is then the one kept under the name `saved_mapping`, the one remembered, or the one suggested.

    `country` reads numbers without a dialling code, of rows without a country, and is given to contacts that such
    rows make; a number that is dialled to another country gives its own.
    `language` is that of the header, where its words mean something else in another one, and of the code page.
    `meant_segments` maps names of the file that lead to no segment to the names of those that they stand for.
    `match_by` are all three keys, the strongest first: a stronger one that finds a contact is not contradicted by what
    a weaker one says of it. `in_bin` says whether a row whose keys only the bin has makes a new contact,
    brings the binned one back and updates it, or is left out. `join_overflow` takes the cells beyond the header for
    further segments, where segments are the last column of a file that is itself separated by semicolons.
    `existing` says for fields whether the file may overwrite what contacts have that are there, fill it in where it is
    empty, or never change it; segments and tags, which it adds to, know the last only. What is not named is
    overwritten, and contacts that are made get everything.
    `kind` says whether the rows are contacts or, in a sheet of segments, segments; null asks the header. `links` of
    such a sheet says whether the teams and users of a row come beside those that see behind its segment, or take
    their place.
    """

    model_config = ConfigDict(extra="forbid")

    kind: Kind | None = None
    mapping: dict[int, str | None] | None = None
    saved_mapping: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    language: Literal["en", "pt", "fr"] | None = None
    country: str | None = None
    unknown_segments: Literal["skip", "reject", "create"] = "skip"
    meant_segments: dict[str, str] = {}
    overwrite_segments: bool = False
    match_by: tuple[str, ...] = KEYS
    phone_of_another: Literal["reject", "create"] = "reject"
    in_bin: Literal["create", "restore", "leave"] = "create"
    join_overflow: bool = False
    links: Literal["add", "exactly"] = "add"
    existing: dict[str, How] | None = None

    @field_validator("existing", mode="before")
    @classmethod
    def _from_pairs(cls, chosen: object) -> object:
        """Take pairs written FIELD=overwrite|fill|never, as the command line and forms give them."""
        if not isinstance(chosen, list | tuple):
            return chosen
        return {
            field.strip(): how.strip() for field, _equals, how in (str(one).partition("=") for one in chosen)
        }

    @field_validator("match_by", mode="before")
    @classmethod
    def _from_text(cls, keys: object) -> object:
        return [key.strip() for key in keys.split(",")] if isinstance(keys, str) else keys

    @field_validator("match_by")
    @classmethod
    def _all_keys(cls, keys: tuple[str, ...]) -> tuple[str, ...]:
        if sorted(keys) != sorted(KEYS):
            raise ValueError("must name external_id, email and phone, each once")
        return keys


class ImportColumn(BaseModel):
    """A column of the file: what its header says, its first cells, and the field it is mapped to."""

    index: int
    header: str
    samples: list[str]
    field: str | None


class ImportFile(BaseModel):
    """A file as it is read: `guessed` asks for a look at the encoding; `missing` are the fields without which
    no row can make a contact; `remembered` says that the mapping is that of the last file of this shape. `program`
    is who exported the file, where its header says so: its rows need a name or an organization, and no country."""

    format: str
    kind: Kind = "contacts"
    program: str | None = None
    encoding: str | None
    delimiter: str | None
    sheet: str | None = None
    sheets: list[str] = []
    guessed: bool
    notes: list[str]
    columns: list[ImportColumn]
    missing: list[str]
    remembered: bool


class ImportProgress(BaseModel):
    """Where a job is: `done` of `of` bytes or rows of a phase, how many a second, and the seconds left."""

    phase: Literal["waiting", "reading", "checking", "matching", "writing", "ended"] = "waiting"
    done: int = 0
    of: int = 0
    rate: float | None = None
    seconds_left: float | None = None


class ImportEffect(BaseModel):
    """How many contacts one person gains, or loses."""

    user_id: int
    name: str
    contacts: int


class ImportImpact(BaseModel):
    """What a sheet of segments does to who sees what, all its rows together; `members` are the contacts concerned.

    `blind` of them keep a responsible who no longer sees them.
    """

    members: int
    gains: list[ImportEffect]
    loses: list[ImportEffect]
    blind: int


class ImportRemark(BaseModel):
    """Something about a file that is pointed out before it comes in, and stops nothing."""

    code: str
    sentence: str


class SegmentMoves(BaseModel):
    """How many contacts an import adds to a segment and takes out of it."""

    name: str
    added: int
    removed: int


class ImportRead(BaseModel):
    """An import as its owner sees it. rows = created + updated + unchanged + skipped + rejected, always.

    Before the end the outcomes are those of the review, or of the rows done so far. `unknown_segments` are
    names as typed, each once, `nearest` the existing name that comes closest. `by_segment` are those that the viewer
    sees and that gain or lose most. `reasons` counts rejected rows
    by code. Of the `contacts` it makes or changes, `last_wall_lost` end behind no wall any more, and `out_of_sight` are
    not seen by the owner afterwards. `changed_since_review` rows went another way than the review had said;
    of `placeholders` rows a cell stood for nothing (“n/a”, “-”) and counted as empty; of `other_messengers` rows a
    handle was left out whose messenger nobody knows here; of `postcode_zeros` rows the
    postcode, a number in its sheet, got its zeros back, of `postcode_numbers` it may lack some.
    `impact` of a sheet of segments is there after its review or its end, for whoever sees all contacts.
    `second_opinion` is what the review found unlike the last file of this kind.
    `code` and `message` say why it failed; without a code the reason lies on our side. `files_deleted` says that
    the upload and the file of rejected rows have had their time; the numbers stay.
    """

    id: int
    file_name: str
    bytes: int
    owner_id: int | None
    owner: str | None = None
    state: str
    code: str | None = None
    message: str | None
    rows: int
    created: int
    updated: int
    unchanged: int
    skipped: int
    rejected: int
    unknown_segments: list[str]
    nearest: dict[str, str]
    created_segments: list[str]
    contacts: int = 0
    segments_added: int
    segments_removed: int
    by_segment: list[SegmentMoves] = []
    unknown_tags: list[str] = []
    created_tags: list[str] = []
    tags_added: int = 0
    last_wall_lost: int
    out_of_sight: int
    in_bin: int
    shares_phone: int
    other_name: int
    changed_since_review: int
    placeholders: int = 0
    other_messengers: int = 0
    postcode_zeros: int = 0
    postcode_numbers: int = 0
    reasons: dict[str, int]
    kind: Kind = "contacts"
    impact: ImportImpact | None = None
    second_opinion: list[ImportRemark] = []
    progress: ImportProgress
    options: ImportOptions
    seconds: float | None
    act_id: int | None
    has_rejected_file: bool
    files_deleted: bool = False
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class ImportRowRead(BaseModel):
    """What became, or would become, of one row; `row` counts from 1 after the header, `cells` are the file's.

    `values` are the fields as they are read; of a row that cannot be read, as they stand in the file.
    `reason` is a sentence for a rejected or skipped row, `notes` are sentences about a row that came in.
    """

    row: int
    outcome: str
    code: str | None
    reason: str | None
    notes: list[str]
    contact_id: int | None
    cells: list[str]
    values: dict[str, str]
    changes: dict[str, tuple[Any, Any]]


class ImportRows(BaseModel):
    """A page of rows; `next` is the row to go on after, null at the end, `previous` the one to come back before."""

    items: list[ImportRowRead]
    next: int | None
    previous: int | None = None

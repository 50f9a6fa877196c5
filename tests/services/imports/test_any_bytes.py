"""Any bytes at all end in rows or in a refusal of one sentence: invented ones, and good files with faults in them."""

from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from hooks.viewer import SYSTEM
from models.imports import ImportOptions
from services import plugins
from services.errors import Refused
from services.imports import files
from services.imports.planning import reader_for
from tests.services.imports import archives as made
from tests.services.imports.judged import holds, loaded
from tests.services.imports.nasty import GOOD, TOP

ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".xls", ".ods", ".vcf", ".bin", "")
MOST = 60


@pytest.fixture(autouse=True)
def importers() -> None:
    plugins.start()


CARD = (
    b"BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Gon=C3=A7alves;Jo=\r\n=C3=A3o;;;\r\n"
    b'TEL;CELL;PREF:+55 11 96123-4567\r\nEMAIL;TYPE="work,pref":joao@example.com\r\nORG:A\\;B;C\r\n'
    b"PHOTO;ENCODING=BASE64:QUJD\r\n REVG\r\nADR:;;Rua 1;Recife;PE;50000;Brasil\r\nEND:VCARD\r\n"
)


@lru_cache
def good_files() -> dict[str, bytes]:
    """Return a good file of each kind, by its ending and encoding."""
    header = b"".join(made.label(0, at, name) for at, name in enumerate(made.HEADER))
    line = b"".join(made.label(1, at, cell) for at, cell in enumerate(made.ANA))
    return {
        "a.csv": GOOD.encode() * 3,
        "wide.csv": GOOD.encode("utf-16"),
        "semicolons.csv": ("sep=;\n" + GOOD.replace(",", ";")).encode("cp1252"),
        "a.vcf": CARD * 2,
        "a.xlsx": made.zipped(made.xlsx_parts()),
        "stored.xlsx": made.zipped(made.xlsx_parts(), 0),
        "a.ods": made.zipped(made.ods_parts(), 0),
        "a.xls": made.biff(header + line),
    }


@st.composite
def with_faults(draw: st.DrawFn, *names: str) -> tuple[str, bytes]:
    """Return a good file in which some bytes are changed, lost, put in or doubled."""
    name = draw(st.sampled_from(names))
    content = bytearray(good_files()[name])
    for _fault in range(draw(st.integers(1, 4))):
        at, length = draw(st.integers(0, len(content))), draw(st.integers(1, 40))
        match draw(st.sampled_from(("change", "lose", "put in", "double", "end"))):
            case "change":
                content[at : at + length] = draw(st.binary(min_size=length, max_size=length))
            case "lose":
                del content[at : at + length]
            case "put in":
                content[at:at] = draw(st.binary(max_size=40))
            case "double":
                content[at:at] = content[at : at + length] * draw(st.integers(1, 50))
            case _:
                del content[at:]
    return name, bytes(content)


INVENTED = st.tuples(
    st.sampled_from(ENDINGS).map(lambda ending: f"a{ending}"),
    st.one_of(
        st.binary(max_size=500),
        st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")),
        st.text(alphabet=st.sampled_from('",;\t|\n\r\0 aé=\x1a'), max_size=200).map(str.encode),
        st.binary(max_size=300).map(lambda rest: TOP.encode() + rest),
    ),
)


def read_through(folder: Path, name: str, content: bytes) -> None:
    """Read a file to its last row without a database. Whatever goes wrong must be told."""
    path = folder / name
    path.write_bytes(content)
    try:
        shape = files.inspect(SYSTEM, path, ImportOptions())
        reader = reader_for(
            shape, dict.fromkeys(range(len(shape.columns))) | {0: "first_name"}, ImportOptions()
        )
        with files.stage(SYSTEM, path, shape, lambda _done, _of: None) as staged:
            rows = 0
            for at in range(staged.groups):
                group = staged.group(at)
                rows += len(group.cells)
                for cells in group.cells:
                    reader.read(cells)
            assert rows == staged.rows
    except Refused as refused:
        holds(refused)
    for left in folder.iterdir():
        left.unlink()


FREELY = examples(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@FREELY
@given(file=st.one_of(INVENTED, with_faults("a.csv", "wide.csv", "semicolons.csv", "a.vcf")))
def test_invented_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, file: tuple[str, bytes]
) -> None:
    read_through(tmp_path_factory.mktemp("bytes"), *file)


@pytest.mark.slow
@examples(FREELY, max_examples=150)
@given(file=with_faults("a.xlsx", "stored.xlsx", "a.ods", "a.xls"))
def test_workbooks_with_faults_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, file: tuple[str, bytes]
) -> None:
    read_through(tmp_path_factory.mktemp("bytes"), *file)


@pytest.mark.slow
@examples(FREELY, max_examples=MOST)
@given(file=st.one_of(INVENTED, with_faults("a.csv", "wide.csv", "semicolons.csv", "a.vcf")))
@pytest.mark.usefixtures("db")
def test_whatever_is_loaded_ends_and_its_counts_close(file: tuple[str, bytes]) -> None:
    name, content = file
    loaded(name, [content])

"""The drop zone promises what the other doors keep."""

from types import SimpleNamespace

from api.bodies import limit_for
from pages.parts import upload
from services.imports import files
from services.settings import settings


def test_the_largest_file_is_the_same_at_every_door(db, set_environment, monkeypatch):
    set_environment(CARTEIRA_IMPORTS__MAX_MB="3")
    told = {}

    def zone(**of):
        told.update(of["data"])
        return SimpleNamespace(received=None)

    monkeypatch.setattr(upload, "_zone", zone)
    upload.drop_zone("en", settings().imports.max_mb, ("csv",), key="zone")
    envelope = limit_for({"path": "/api/v1/imports"}) - told["most"]
    assert told["most"] == 3_000_000
    assert 100_000 < envelope <= 1_000_000
    assert files.take_in("c.csv", [b"x" * told["most"]])[1] == told["most"]

"""What is particular to the broker."""

import uuid
from pathlib import Path

import pytest

from infra.stack import kafka
from infra.stack.settings import StackSettings
from infra.stack.site import Site


class TestKafka:
    async def test_formats_its_storage_under_an_id_that_looks_like_an_option(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # In base64 it begins with a hyphen, as one random id in 64 does.
        monkeypatch.setattr(uuid, "uuid4", lambda: uuid.UUID(bytes=b"\xf8" + bytes(15)))
        broker = kafka.service(Site(StackSettings.isolated(tmp_path)))
        assert broker.prepare
        await broker.prepare()
        assert (tmp_path / "kafka" / "data" / "meta.properties").exists()

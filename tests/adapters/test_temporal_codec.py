"""What the codec encrypts, only its keys open, and only as it was."""

import asyncio
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from temporalio.api.common.v1 import Payload

from adapters.settings import TemporalSettings
from adapters.temporal import QuietFailures, SealedFailures, data_converter
from adapters.temporal_codec import BadKeyRing, Encryption, UnreadablePayload, keys_of
from tests.support.codec_keys import idle_ring_of, ring_of

PAYLOADS = st.lists(
    st.builds(
        Payload,
        metadata=st.dictionaries(st.text(max_size=9), st.binary(max_size=9), max_size=3),
        data=st.binary(max_size=200),
    ),
    max_size=4,
)
PLAIN = Payload(metadata={"encoding": b"json/plain"}, data=b'"Shiro wot, 41.20 EUR"')


def codec(*ids: str) -> Encryption:
    return Encryption(keys_of(ring_of(*ids)))


def sealed(by: Encryption, payload: Payload = PLAIN) -> Payload:
    [found] = asyncio.run(by.encode([payload]))
    return found


def opened(by: Encryption, payload: Payload) -> Payload:
    [found] = asyncio.run(by.decode([payload]))
    return found


class TestEncryption:
    @given(PAYLOADS)
    def test_gives_back_whatever_it_was_given(self, payloads: list[Payload]) -> None:
        ours = codec("old", "new")
        hidden = asyncio.run(ours.encode(payloads))
        assert {each.metadata["encryption-key-id"] for each in hidden} <= {b"old"}
        assert asyncio.run(ours.decode(hidden)) == payloads

    def test_shows_nothing_of_it_and_never_the_same_twice(self) -> None:
        ours = codec("old")
        first, second = sealed(ours), sealed(ours)
        assert b"wot" not in first.SerializeToString()
        assert first.data != second.data

    def test_opens_what_older_keys_of_the_ring_encrypted(self) -> None:
        assert opened(codec("new", "old"), sealed(codec("old"))) == PLAIN

    def test_names_the_key_that_is_missing_and_no_key(self) -> None:
        with pytest.raises(UnreadablePayload, match="'old'") as refused:
            opened(codec("new"), sealed(codec("old")))
        assert ring_of("new").split('"')[3] not in str(refused.value)

    @given(st.data())
    def test_refuses_what_was_changed(self, data: st.DataObject) -> None:
        ours = codec("old")
        hidden = sealed(ours)
        at = data.draw(st.integers(0, len(hidden.data) - 1))
        bit = 1 << data.draw(st.integers(0, 7))
        changed = bytearray(hidden.data)
        changed[at] ^= bit
        with pytest.raises(UnreadablePayload, match="not what the key 'old' encrypted"):
            opened(ours, Payload(metadata=hidden.metadata, data=bytes(changed)))

    @pytest.mark.parametrize("kept", [0, 5, 12, 20])
    def test_refuses_what_was_cut_short(self, kept: int) -> None:
        ours = codec("old")
        hidden = sealed(ours)
        with pytest.raises(UnreadablePayload):
            opened(ours, Payload(metadata=hidden.metadata, data=hidden.data[:kept]))

    def test_refuses_what_was_encrypted_under_another_name_of_the_key(self) -> None:
        [key] = keys_of(ring_of("old")).values()
        both = Encryption({"old": key, "alias": key})
        hidden = sealed(both)
        hidden.metadata["encryption-key-id"] = b"alias"
        with pytest.raises(UnreadablePayload):
            opened(both, hidden)

    def test_opens_what_it_encrypts_no_more(self) -> None:
        idle = Encryption(keys_of(idle_ring_of("old")))
        assert opened(idle, sealed(codec("old"))) == PLAIN
        assert sealed(idle) == PLAIN

    def test_passes_through_what_was_never_encrypted(self) -> None:
        assert opened(codec("old"), PLAIN) == PLAIN


class TestDataConverter:
    @pytest.mark.parametrize(
        ("ring", "failures"),
        [
            ("", QuietFailures),
            (idle_ring_of("ours"), QuietFailures),
            (ring_of("ours"), SealedFailures),
        ],
        ids=["off", "idle", "on"],
    )
    def test_seals_failures_where_the_codec_encrypts_them(
        self, ring: str, failures: type[QuietFailures]
    ) -> None:
        settings = TemporalSettings(codec_keys=SecretStr(ring))
        assert data_converter(settings).failure_converter_class is failures


class TestKeysOf:
    def test_reads_them_from_a_file_in_their_order(self, tmp_path: Path) -> None:
        file = tmp_path / "ring.json"
        file.write_text(ring_of("new", "old"))
        assert keys_of(str(file)) == keys_of(ring_of("new", "old"))
        assert [*keys_of(str(file))] == ["new", "old"]

    @pytest.mark.parametrize(
        ("setting", "wrong"),
        [
            ("{}", "names no key"),
            ('{"none": null}', "names no key"),
            (f'{{"none": null, "odd": null, {ring_of("a")[1:]}', "'odd' is not 32 bytes"),
            ("{", "neither JSON nor a file"),
            ("/nowhere/ring.json", "neither JSON nor a file"),
            ('{"short": "c2VjcmV0"}', "'short' is not 32 bytes"),
            ('{"odd": "no base64!"}', "'odd' is not 32 bytes"),
        ],
    )
    def test_refuses_what_is_none_and_keeps_it_to_itself(self, setting: str, wrong: str) -> None:
        with pytest.raises(BadKeyRing, match=wrong) as refused:
            keys_of(setting)
        assert "c2VjcmV0" not in str(refused.value)
        assert refused.value.__cause__ is None

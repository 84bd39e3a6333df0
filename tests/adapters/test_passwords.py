"""Hashing and judging passwords."""

import time

import pytest
from argon2 import extract_parameters
from argon2.low_level import Type

from adapters.passwords import Passwords, refuse_common
from domain.errors import PasswordTooCommon


class TestPasswords:
    async def test_match_their_own_hash_only(self) -> None:
        passwords = Passwords()
        kept = await passwords.hash("injera-with-shiro-wot")
        assert await passwords.match(kept, "injera-with-shiro-wot")
        assert not await passwords.match(kept, "injera-with-shiro-wo")

    async def test_are_kept_as_argon2id_of_64_mib(self) -> None:
        parameters = extract_parameters(await Passwords().hash("injera-with-shiro-wot"))
        assert parameters.type is Type.ID
        assert (parameters.memory_cost, parameters.time_cost) == (64 * 1024, 3)

    async def test_cost_the_same_where_there_is_no_account(self) -> None:
        passwords = Passwords()
        kept = await passwords.hash("injera-with-shiro-wot")
        known, unknown = [], []
        for _ in range(5):
            known.append(await _seconds(passwords, kept))
            unknown.append(await _seconds(passwords, None))
        assert not await passwords.match(None, "")
        assert min(unknown) > min(known) / 2


class TestRefuseCommon:
    @pytest.mark.parametrize(
        "password", ["password1234", "Passw0rd1234", "qwertyuiop12", "aaaaaaaaaaaa", "x" * 128]
    )
    def test_refuses_what_guessers_try_first(self, password: str) -> None:
        with pytest.raises(PasswordTooCommon):
            refuse_common(password)

    @pytest.mark.parametrize("password", ["correct-horse-battery", "injera-with-shiro-wot"])
    def test_takes_what_is_long_and_odd(self, password: str) -> None:
        refuse_common(password)


async def _seconds(passwords: Passwords, password_hash: str | None) -> float:
    began = time.perf_counter()
    await passwords.match(password_hash, "not the password")
    return time.perf_counter() - began

from pathlib import Path

import pytest

from infra.stack.install import MissingError, find_java, find_redis, install, kafka_jars

MISSING = "Not installed: redis-server. This helps: sudo apt-get install redis-server"


class TestInstall:
    def test_says_and_does_nothing_where_everything_is_there(self) -> None:
        said: list[str] = []
        install(said.append, tests=True)
        assert said == []

    def test_names_the_command_that_helps(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(MissingError, match=MISSING):
            find_redis()

    def test_names_it_also_where_it_may_not_install(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        jars = kafka_jars()
        monkeypatch.setenv("XDG_CACHE_HOME", str(jars.parents[1]))
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(MissingError, match=MISSING):
            install(lambda _: None)


class TestFindJava:
    @pytest.mark.parametrize(("version", "fits"), [("11.0.2", False), ("21.0.1", True)])
    def test_takes_a_runtime_of_17_or_later(
        self, version: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, fits: bool
    ) -> None:
        java = tmp_path / "bin" / "java"
        java.parent.mkdir()
        java.touch()
        (tmp_path / "release").write_text(f'IMPLEMENTOR="Somebody"\nJAVA_VERSION="{version}"\n')
        monkeypatch.setenv("JAVA_HOME", str(tmp_path))
        assert (find_java() == java) is fits


class TestKafkaJars:
    def test_are_shared_by_all_stacks_of_a_person(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
        assert kafka_jars().parent == tmp_path / "ha-soranu"

from pathlib import Path
from stat import S_IMODE

from infra.mail_server import Folder
from infra.stack.settings import StackSettings
from infra.stack.site import Site


class TestFolder:
    def test_is_readable_by_its_owner_alone(self, tmp_path: Path) -> None:
        """Whoever reads the mails can set the password of somebody who forgot theirs."""
        Folder(tmp_path / "var" / "mail")
        assert S_IMODE((tmp_path / "var" / "mail").stat().st_mode) == 0o700

    def test_is_so_where_the_stack_makes_it(self, tmp_path: Path) -> None:
        site = Site(StackSettings(data_dir=tmp_path))
        assert S_IMODE(site.mail_folder.stat().st_mode) == 0o700

"""The Temporal UI in somebody's browser: its lists, a workflow's page, and its dialogs."""

import json
from dataclasses import dataclass
from urllib.parse import quote

from playwright.async_api import FrameLocator, Locator, expect

from api.support.views import COLUMNS
from tests.support.browsing import Somebody
from workflows.updates import NO_DATA

_PRESET = """
if (location.origin === {origin}) {{
  const kept = JSON.stringify({{default: {columns}}});
  localStorage.setItem("namespace-workflow-table-columns", kept);
}}
"""


@dataclass(frozen=True)
class EngineUi:
    reader: Somebody
    url: str

    async def preset_columns(self) -> None:
        """As `/temporal-presets` writes them, where both stand behind one proxy."""
        columns = json.dumps([{"label": label} for label in COLUMNS])
        script = _PRESET.format(origin=json.dumps(self.url), columns=columns)
        await self.reader.context.add_init_script(script)

    async def list(self, query: str) -> None:
        await self.reader.go(f"{self.url}/namespaces/default/workflows?query={quote(query)}")

    def row(self, workflow_id: str) -> Locator:
        """In a list."""
        return self.reader.tab.get_by_role("row").filter(has_text=workflow_id)

    async def open(self, workflow_id: str) -> None:
        """The page that says in plain words where it stands, from its row in a list."""
        await self.row(workflow_id).get_by_role("link", name=workflow_id).click()
        await self.turn_to_page()

    async def go_to(self, workflow_id: str) -> None:
        await self.reader.go(f"{self.url}/namespaces/default/workflows/{workflow_id}")
        await self.turn_to_page()

    async def turn_to_page(self) -> None:
        await self.reader.tab.get_by_role("tab", name="User Metadata").click()
        await expect(self.page.get_by_role("heading").first).to_be_visible()

    @property
    def page(self) -> FrameLocator:
        """What the workflow says of itself: each text is framed in a document of its own."""
        return self.reader.tab.frame_locator("iframe").last

    @property
    def summary(self) -> Locator:
        """Its one line."""
        return self.reader.tab.frame_locator("iframe").first.get_by_role("main")

    async def begin(self, action: str) -> Locator:
        """The dialog behind an entry of the menu."""
        tab = self.reader.tab
        await tab.get_by_role("button", name="More Actions").click()
        await tab.get_by_role("menuitem", name=action, exact=True).click()
        dialog = tab.get_by_role("dialog").filter(has=tab.get_by_role("heading"))
        await expect(dialog).to_be_visible()
        return dialog

    async def send(
        self,
        dialog: Locator,
        name: str,
        said: str,
        *,
        data: str = "",
        chosen: str = "Select an Update",
    ) -> None:
        """An update, by what the dialog says of it; `chosen` is what stands in its place before."""
        await dialog.get_by_role("button", name=chosen).click()
        # Those that need no input stand first.
        await expect(self.reader.tab.get_by_role("option").first).to_contain_text(NO_DATA)
        option = self.reader.tab.get_by_role("option").filter(has_text=said)
        await expect(option).to_contain_text(name)
        await option.click()
        if data:
            editor = dialog.get_by_role("textbox", name="Data")
            await editor.fill(data)
            # Once it is left it lays the JSON out, and what is below it moves.
            await editor.blur()
        await dialog.get_by_role("button", name="Submit").click()

    async def terminate(self, why: str) -> None:
        dialog = await self.begin("Terminate")
        await dialog.get_by_role("textbox").fill(why)
        await dialog.get_by_role("button", name="Terminate").click()
        await expect(dialog).to_be_hidden()

"""axe, which finds what a page does wrong for people with a screen reader, a keyboard or weak eyes.

It is the npm package axe-core of its authors (MPL-2.0), pinned in package-lock.json and installed by `make emulate`.
The packages on PyPI wrap an older copy of the same file.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.async_api import BrowserContext, Page

SCRIPT = Path(__file__).parent / "node_modules/axe-core/axe.min.js"
MISSING = "The package axe-core is not installed: make emulate"

RUN = """async () => {
  const { violations } = await axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  });
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html, any, all, none }) =>
    `${id}: ${help}: ${html.slice(0, 160)}: ${[...any, ...all, ...none].map((each) => each.message).join("; ")}`));
}"""


async def bring_axe(context: BrowserContext) -> None:
    """Load axe into every page that this context opens from now on. The page's own policy stays as it is."""
    await context.add_init_script(path=SCRIPT)


async def find_violations(page: Page) -> list[str]:
    """Return what axe finds on the page as it is now: the rule, the element and what is wrong with it."""
    found: Any = await page.evaluate(RUN)
    return [str(each) for each in found]

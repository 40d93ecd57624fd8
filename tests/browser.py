"""Debian's chromium without a screen, driven by playwright, for the tests of the HTML report."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")


def find_chromium() -> str | None:
    """The program, where there is one."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def started(program: str) -> Iterator[Browser]:
    """A browser that ends with the tests. Root has no sandbox in a container, and the pages are our own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Opened:
    """A report in the browser, with all that it said on the console and all that it asked for."""

    page: Page
    said: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def texts(self, selector: str) -> list[str]:
        return self.page.locator(selector).all_text_contents()

    def choose(self, name: str, value: str) -> None:
        self.page.locator(f'input[name="{name}"][value="{value}"]').click()
        self.settle()

    def search(self, query: str) -> None:
        self.page.fill("#query", query)
        self.settle()

    def settle(self) -> None:
        """Wait until what is near the screen is drawn, which is two frames later."""
        self.page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def shows(self, selector: str) -> None:
        """Wait until the first of these is to be seen; fail if it never is."""
        expect(self.page.locator(selector).first).to_be_visible()

    @property
    def status(self) -> str:
        return self.page.locator("#status").inner_text()


@contextmanager
def opened(browser: Browser, file: Path, address: str = "", width: int = 1200) -> Iterator[Opened]:
    """A report opened from disk."""
    page = browser.new_page(viewport={"width": width, "height": 900})
    report = Opened(page)
    page.on("console", lambda message: report.said.append(message.text))
    page.on("pageerror", lambda error: report.said.append(str(error)))
    page.on("request", lambda request: report.requests.append(request.url))
    page.goto(f"{file.as_uri()}{address}")
    report.settle()
    yield report
    page.close()

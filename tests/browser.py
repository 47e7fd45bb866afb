"""Headless Chromium for tests: a page that may reach nothing but the app, and remembers what it tried."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from tests.server import LOGIN, PASSWORD, Server

__all__ = ["Watched", "chromium", "open_page", "wait_for_map", "wait_until_idle"]

# A machine that runs several test files at once is slow; what is waited for is what counts.
expect.set_options(timeout=30_000)

_NAMES = ("chromium", "chromium-browser", "google-chrome", "msedge")


def _executable() -> str:
    found = os.environ.get("JIEBIAO_BROWSER") or next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        pytest.fail("no Chromium on this machine: `start.py test` installs one or says how")
    return found


@contextmanager
def chromium() -> Iterator[Browser]:
    """Give a browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_executable(), args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass(slots=True)
class Watched:
    """A page and what happened on it: requests to elsewhere (refused), and scripts' errors."""

    page: Page
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@contextmanager
def open_page(
    browser: Browser, server: Server, *, width: int = 1400, height: int = 900, login: bool = True
) -> Iterator[Watched]:
    """Give a page, signed in unless told otherwise."""
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
    page = context.new_page()
    page.set_default_timeout(40_000)
    watched = Watched(page)

    def allow(route: Route) -> None:
        url = route.request.url
        if url.startswith((server.base, "data:", "blob:")):
            route.continue_()
        else:
            watched.outside.append(url)
            route.abort()

    context.route("**/*", allow)
    page.on("pageerror", lambda error: watched.errors.append(str(error)))
    if login:
        page.goto(f"{server.base}/auth/login")
        page.fill("#login", LOGIN)
        page.fill("#password", PASSWORD)
        page.click("button[type=submit]")
        page.wait_for_selector("[data-testid=stMain]")
    yield watched
    context.close()


def wait_for_map(page: Page, key: str) -> None:
    """Wait until the map called ``key`` has drawn its layers."""
    page.wait_for_function(
        "key => window.jiebiaoMaps && window.jiebiaoMaps[key] && window.jiebiaoMaps[key].layers", arg=key
    )
    page.evaluate("key => window.jiebiaoMaps[key].layers.settled()", key)


def wait_until_idle(page: Page) -> None:
    """Wait until the page's script has run: a download pressed while it runs anew is not answered."""
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")

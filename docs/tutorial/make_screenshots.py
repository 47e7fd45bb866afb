"""Make the tutorial's pictures: the demo township's first dispute, driven in headless Chromium from files to signature.

    python docs/tutorial/make_screenshots.py [--out FOLDER] [--browser CHROMIUM] [--lang en]

Nothing of the user's records is touched: the township is made anew in a temporary folder.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from jobs import demo, township  # noqa: E402

LOGIN, PASSWORD = "tutorial", "a long password 7"
_SERVE = (
    "import json, sys, app\nfrom pathlib import Path\n"
    "given = json.loads(sys.argv[1])\n"
    "app.run(port=given['port'], store=Path(given['store']), open_browser=False)\n"
)


class Camera:
    """Takes numbered pictures of a page once Streamlit and the map are at rest."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.page = page
        self._folder = folder
        self._taken = 0

    def settle(self) -> None:
        """Wait until the page has been run."""
        self.page.wait_for_timeout(300)
        expect(self.page.locator("[data-testid=stApp][data-test-script-state=running]")).to_have_count(0)

    def press(self, name: str) -> None:
        """Press a button by its words."""
        found = self.page.get_by_role("button", name=name).first
        expect(found).to_be_enabled()
        found.click()
        self.settle()

    def choose(self, label: str, option: str) -> None:
        """Choose an option of a list."""
        self.page.get_by_label(label).first.click()
        self.page.get_by_role("option", name=option).click()
        self.settle()

    def write(self, label: str, text: str) -> None:
        """Write into a field and leave it."""
        field = self.page.get_by_label(label).first
        field.fill(text)
        field.press("Tab")
        self.settle()

    def take(self, name: str) -> None:
        """Take the next picture."""
        self.settle()
        self.page.wait_for_timeout(1200)
        self.page.evaluate(
            "document.querySelectorAll('.st-key-jb-panel').forEach((each) => { each.scrollTop = 0; })"
        )
        self.page.mouse.move(5, 5)
        toasts = self.page.locator("[data-testid=stToast]")
        expect(toasts).to_have_count(0)
        self._taken += 1
        path = self._folder / f"{self._taken:02d}-{name}.png"
        self.page.screenshot(path=str(path))
        print(path.name, flush=True)


@contextmanager
def serving(store: Path) -> Iterator[str]:
    """Serve the township and give its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    arguments = json.dumps({"port": port, "store": str(store)})
    process = subprocess.Popen([sys.executable, "-c", _SERVE, arguments], cwd=ROOT)
    home = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{home}/_stcore/health", timeout=2)
                break
            except OSError:
                time.sleep(0.2)
        yield home
    finally:
        process.terminate()
        process.wait(20)


def main() -> None:
    """Make the township, drive the dispute, write the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "images")
    parser.add_argument("--browser", default=os.environ.get("JIEBIAO_BROWSER") or shutil.which("chromium"))
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        store, files = Path(folder) / "demo.gpkg", Path(folder) / "files"
        demo.make(store, files_folder=files)
        opened = township.open_store(store)
        opened.accounts.create(login=LOGIN, name="王调解", role="administrator", password=PASSWORD)
        case = next(one for one in opened.cases.listed() if not opened.case_files.find(case_id=one.id))
        opened.close()
        with serving(store) as home, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=given.browser, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1360, "height": 860}, locale="zh-CN")
            page.set_default_timeout(60_000)
            expect.set_options(timeout=60_000)
            sign_in(page, home)
            drive(Camera(page, given.out), home, case.number, files)
            browser.close()


def sign_in(page: Page, home: str) -> None:
    """Log in."""
    page.goto(f"{home}/auth/login")
    page.fill("#login", LOGIN)
    page.fill("#password", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_selector("[data-testid=stMain]")


def drive(camera: Camera, home: str, case: str, files: Path) -> None:
    """Take the dispute left to the reader from its files to the signed copy."""
    page = camera.page
    page.goto(f"{home}/disputes")
    expect(page.get_by_role("button", name=case)).to_be_visible()
    camera.take("list")
    camera.press(case)
    brought = next(path for path in sorted(files.iterdir()) if path.name.startswith("01_"))
    page.locator("input[type=file]").set_input_files(sorted(brought.glob("01_*")))
    expect(page.get_by_role("button", name="01_围栏RTK实测.dat")).to_be_visible()
    camera.take("files")
    camera.press("下一步")
    lines(camera)
    differences(camera)
    options(camera)
    papers(camera)
    signing(camera, files)


def lines(camera: Camera) -> None:
    """Say what each line is and how good its points are."""
    for role in ("甲方主张", "乙方主张", "证书线", "共同实测线"):
        camera.press(f"记为{role}")
    for role in ("甲方主张", "乙方主张", "证书线"):
        camera.page.get_by_role("button", name=role, exact=True).click()
        camera.settle()
        camera.choose("点是怎么来的", "知道误差")
        camera.write("每个点的误差", "0.25")
        camera.write("整体偏差", "0.15")
        if role == "证书线":
            camera.take("lines")
        camera.press("保存")
    camera.press("下一步")


def differences(camera: Camera) -> None:
    """Read the opinion on a stretch and note who uses it."""
    camera.press("确有差异")
    camera.write("这块地现在谁在用", "甲户夏天放羊，乙户秋天打草")
    camera.take("differences")
    camera.press("下一步")


def options(camera: Camera) -> None:
    """Look at the options, adjust one, choose."""
    camera.press("等面积线")
    camera.take("options")
    camera.press("实测线")
    camera.press("选定“实测线”")
    camera.press("下一步：出文书")


def papers(camera: Camera) -> None:
    """Note who came, write what the papers need, make the package."""
    page = camera.page
    presences = page.locator(".st-key-jb-joined [data-testid=stSelectbox]")
    for number in range(presences.count()):
        presences.nth(number).locator("input").click()
        page.get_by_role("option", name="本人到场").click()
        camera.settle()
    camera.take("joined")
    page.get_by_text("调解人", exact=True).click()
    camera.write("调解员", "王某、李某")
    camera.press("生成文书包")
    expect(page.get_by_role("button", name="下载文书包")).to_be_visible(timeout=120_000)
    page.get_by_text("里面有什么").click()
    camera.take("package")
    camera.press("下一步：登记签字件")


def signing(camera: Camera, folder: Path) -> None:
    """Record the signed copy."""
    page = camera.page
    scan = folder / "签字件.pdf"
    scan.write_bytes(b"%PDF-1.4\n% signed copy of the tutorial\n")
    page.locator("input[type=file]").set_input_files(scan)
    camera.take("signing")
    camera.press("登记签字件")
    expect(page.get_by_text("已办结：协议已签字，地块已变更")).to_be_visible()
    page.get_by_text("这件纠纷的经过").click()
    camera.take("settled")


if __name__ == "__main__":
    main()

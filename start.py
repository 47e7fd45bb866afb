#!/usr/bin/env python3
"""Make the environment once, then run the app, the tests or a command. Standard library only.

    python3 start.py                 the app, with a browser
    python3 start.py test [ARG …]    all tests (installs test tools and a browser first)
    python3 start.py wheels          fill ./wheels for an office without internet
    python3 start.py COMMAND …       the command line, see --help

The environment is ``.venv`` in this folder, made from ``lock/run.txt`` (``lock/test.txt`` for tests):
exact versions with hashes, for every platform, without any address. If a folder ``wheels`` lies beside this
file, everything is installed from it and nothing is asked of a network.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
WHEELS = ROOT / "wheels"
OLDEST_PYTHON = (3, 11)
WINDOWS = os.name == "nt"
PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")
BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "msedge",
    "chrome",
)
WINDOWS_BROWSERS = (
    r"Microsoft\Edge\Application\msedge.exe",
    r"Google\Chrome\Application\chrome.exe",
)
MAC_BROWSERS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def main(arguments: Sequence[str]) -> int:
    """Run what the first argument asks for and return the exit status."""
    if sys.version_info < OLDEST_PYTHON:
        return refuse(
            f"需要 Python 3.11 或更新版本，现在是 {sys.version.split()[0]}。请从 python.org 安装后再试。",
            f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}. Install it and try again.",
        )
    os.chdir(ROOT)
    word = arguments[0] if arguments else ""
    try:
        if word == "test":
            return run_tests(arguments[1:])
        if word == "wheels":
            return fill_wheels()
        ensure_environment("run")
    except SetupError as fault:
        return refuse(*fault.args)
    return run_command(arguments)


class SetupError(Exception):
    """The environment cannot be made; carries one sentence in Chinese and one in English."""


def refuse(chinese: str, english: str) -> int:
    """Say the sentence in both languages and return exit status 2."""
    print(f"{chinese}\n{english}", file=sys.stderr)
    return 2


def say(text: str) -> None:
    """Report progress on standard error: standard output belongs to the command."""
    print(text, file=sys.stderr, flush=True)


def ensure_environment(kind: str) -> None:
    """Make ``.venv`` match ``lock/<kind>.txt`` unless it does already (its digest stands in a stamp)."""
    # The test lock contains the run lock: an environment made for tests also serves the app.
    if any(read_text(stamp(name)) == digest_of(name) for name in ("test", kind)) and PYTHON.exists():
        return
    say(f"正在准备运行环境（只需一次，约几分钟）… Preparing the environment ({kind}) …")
    if not PYTHON.exists():
        make_venv()
    install(ROOT / "lock" / f"{kind}.txt")
    stamp(kind).write_text(digest_of(kind), encoding="ascii")
    warm_up()


def digest_of(kind: str) -> str:
    """Return the digest of a lock file."""
    return hashlib.sha256((ROOT / "lock" / f"{kind}.txt").read_bytes()).hexdigest()


def stamp(kind: str) -> Path:
    """Return the file that tells which lock file ``.venv`` was made from."""
    return VENV / f"jiebiao-{kind}.stamp"


def read_text(path: Path) -> str:
    """Return the text of a small file, or nothing when it is not there."""
    try:
        return path.read_text(encoding="ascii")
    except OSError:
        return ""


def make_venv() -> None:
    """Create ``.venv``, by uv where it is at hand, else by the standard library."""
    uv = find_uv()
    if uv:
        run([uv, "venv", "--quiet", "--seed", "--python", sys.executable, str(VENV)], fresh_environment())
        return
    try:
        venv.create(VENV, with_pip=True, clear=True)
    except (subprocess.CalledProcessError, OSError) as fault:
        raise SetupError(
            "不能建立运行环境：本机 Python 缺少 venv 组件。Debian/Ubuntu 请先运行：apt install python3-venv",
            f"The environment cannot be made ({fault}): on Debian or Ubuntu run apt install python3-venv first.",
        ) from fault


def find_uv() -> str | None:
    """Return the path of uv: on the PATH, beside this Python, or in ``.venv``."""
    beside = Path(sys.executable).with_name("uv.exe" if WINDOWS else "uv")
    inside = PYTHON.with_name("uv.exe" if WINDOWS else "uv")
    return shutil.which("uv") or next((str(path) for path in (beside, inside) if path.exists()), None)


def fetch_uv() -> str | None:
    """Put uv into ``.venv`` if the machine can reach a registry; a failure is no fault, pip serves too."""
    if WHEELS.is_dir() and not any(WHEELS.glob("uv-*")):
        return None
    command = [
        str(PYTHON),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "uv",
        *wheel_options(),
    ]
    done = subprocess.run(command, capture_output=True, check=False)
    return find_uv() if done.returncode == 0 else None


def wheel_options() -> list[str]:
    """Return the installer's options that keep it to the local folder of wheels, if there is one."""
    return ["--no-index", "--find-links", str(WHEELS)] if WHEELS.is_dir() else []


def install(lock: Path) -> None:
    """Install exactly what the lock file says, hashes checked."""
    uv = find_uv() or fetch_uv()
    options = ["--require-hashes", "-r", str(lock), *wheel_options()]
    if uv and try_run([uv, "pip", "install", "--quiet", "--python", str(PYTHON), *options]):
        return
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *options]
    if not try_run(pip):
        raise SetupError(
            "组件安装失败：请检查网络，或把 wheels 文件夹（在联网电脑上运行 python3 start.py wheels 得到）放在本文件旁边再试。",
            "Installing failed: check the network, or put a wheels folder (made by 'python3 start.py wheels' on a "
            "computer with internet) beside this file and try again.",
        )


def warm_up() -> None:
    """Compile what compiles now, so that no officer waits for it later."""
    run([str(PYTHON), "-X", "utf8", "-m", "cli", "warm-up"], fresh_environment())


def fill_wheels() -> int:
    """Download every wheel of the run lock into ``./wheels`` for this kind of computer."""
    ensure_environment("run")
    WHEELS.mkdir(exist_ok=True)
    run(
        [str(PYTHON), "-m", "pip", "download", "--require-hashes", "-r", "lock/run.txt", "-d", str(WHEELS)],
        fresh_environment(),
    )
    say(f"wheels: {len(list(WHEELS.iterdir()))} files in {WHEELS}")
    return 0


def fresh_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment for our own processes: UTF-8 everywhere, no statistics sent by anyone."""
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONHOME", "PYTHONPATH")}
    return {**kept, "PYTHONUTF8": "1", "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false", **(extra or {})}


def run(command: Sequence[str], environment: Mapping[str, str]) -> None:
    """Run a set-up step; a failure ends the set-up with one sentence."""
    if subprocess.run(command, env=dict(environment), check=False, stdout=sys.stderr).returncode != 0:
        raise SetupError(f"这一步没有成功：{' '.join(command)}", f"This step failed: {' '.join(command)}")


def try_run(command: Sequence[str]) -> bool:
    """Run a set-up step and tell whether it succeeded."""
    return subprocess.run(command, env=fresh_environment(), check=False, stdout=sys.stderr).returncode == 0


def run_command(arguments: Sequence[str]) -> int:
    """Hand over to the command line inside ``.venv`` (it replaces this process where the system can)."""
    command = [str(PYTHON), "-X", "utf8", "-m", "cli", *arguments]
    environment = fresh_environment()
    if WINDOWS:
        return subprocess.run(command, env=environment, check=False).returncode
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(command[0], command, environment)


def run_tests(arguments: Sequence[str]) -> int:
    """Install the test tools and a browser, then run style, types and all tests."""
    ensure_environment("test")
    environment = fresh_environment({"JIEBIAO_BROWSER": ensure_browser()})
    python = str(PYTHON)
    if not arguments:
        for step in ([python, "-m", "ruff", "check", "."], [python, "-m", "mypy"]):
            say("$ " + " ".join(step[1:]))
            status = subprocess.run(step, env=environment, check=False).returncode
            if status:
                return status
    chosen = list(arguments) or ["-n", "2", "--dist", "loadfile"]
    return subprocess.run(
        [python, "-X", "utf8", "-m", "pytest", *chosen], env=environment, check=False
    ).returncode


def ensure_browser() -> str:
    """Return the path of a Chromium-family browser, installing Debian's where the system allows it."""
    found = find_browser()
    if found is None and shutil.which("apt-get") and hasattr(os, "geteuid"):
        say("正在安装测试用浏览器 chromium … Installing chromium for the tests …")
        sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
        for step in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]):
            subprocess.run(
                [*sudo, *step],
                check=False,
                stdout=sys.stderr,
                env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            )
        found = find_browser()
    if found is None:
        raise SetupError(
            "测试需要浏览器：请安装 Chromium、Chrome 或 Edge（Debian：apt install chromium），或用 JIEBIAO_BROWSER 指明其路径。",
            "The tests need a browser: install Chromium, Chrome or Edge (Debian: apt install chromium) or name one in JIEBIAO_BROWSER.",
        )
    return found


def find_browser() -> str | None:
    """Return the first browser found: named by JIEBIAO_BROWSER, on the PATH, or where systems put it."""
    named = os.environ.get("JIEBIAO_BROWSER")
    if named and Path(named).exists():
        return named
    programs = [
        Path(os.environ.get(name, "")) for name in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
    ]
    windows = [folder / tail for folder in programs for tail in WINDOWS_BROWSERS] if WINDOWS else []
    places = [*windows, *map(Path, MAC_BROWSERS)]
    return next(filter(None, map(shutil.which, BROWSERS)), None) or next(
        (str(p) for p in places if p.exists()), None
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The script Streamlit runs: who is there, which pages they may see, and the page itself.

It lies in ``pages/common`` on purpose: a script beside a folder called ``pages`` would have every file of
that folder served as a page of its own, past the login. ``pages/common/guard.py`` stands before it for every
connection; here the account is asked for again, and each page asks a third time.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402

from jobs import access  # noqa: E402
from jobs.access import Account, Role  # noqa: E402
from layers.vendored import ASSETS  # noqa: E402
from pages import accounts, disputes, home, land, measure  # noqa: E402
from pages.common import session  # noqa: E402
from pages.common.theme import page_css  # noqa: E402
from pages.common.words import N_, _, language  # noqa: E402

__all__ = ["ROWS", "Row", "main"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One page: its name in the address, its title, the least role, and what shows it."""

    path: str
    title: str
    role: Role
    show: Callable[[], None]


ROWS: tuple[Row, ...] = (
    Row(path="home", title=N_("首页"), role="viewer", show=home.show),
    Row(path="disputes", title=N_("边界纠纷"), role="viewer", show=disputes.show),
    Row(path="measure", title=N_("量一量"), role="viewer", show=measure.show),
    Row(path="land", title=N_("土地"), role="editor", show=land.show),
    Row(path="accounts", title=N_("账号与设置"), role="administrator", show=accounts.show),
)
"""The pages in the order of the menu; a new page is a new row."""


def main() -> None:
    """Run one page."""
    st.set_page_config(
        page_title="界标 Jiebiao", page_icon=str(ASSETS / "jiebiao" / "icon.svg"), layout="wide"
    )
    st.logo(str(ASSETS / "jiebiao" / "brand.svg"), size="large")
    session.begin()
    who = session.require("viewer")
    st.html(page_css(_("选择文件"), _("也可以拖到这里；每个不超过 200 MB")))
    session.remember_language()
    pages = {
        row.path: st.Page(row.show, title=_(row.title), url_path=row.path, default=row.path == "home")
        for row in ROWS
        if access.allows(who, row.role)
    }
    session.keep_pages(pages)
    chosen = st.navigation(list(pages.values()), position="top")
    _who(who)
    chosen.run()


def _who(account: Account) -> None:
    """Show who is signed in, the other language and the way out."""
    with st.container(key="jb-who", horizontal=True, horizontal_alignment="right", gap="small"):
        other = "中文" if language() == "en" else "English"
        st.button(other, key="jb-language", type="tertiary", on_click=session.switch_language)
        with st.popover(account.name, type="tertiary"):
            st.text(f"{account.login} · {_role(account.role)}")
            st.button(_("退出登录"), key="jb-logout", on_click=session.leave, width="stretch")


def _role(role: Role) -> str:
    return {"administrator": _("管理员"), "editor": _("办理人"), "viewer": _("查看人")}[role]


if __name__ == "__main__":
    main()

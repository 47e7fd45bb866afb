"""The administrator's page: who may come in, and what lies beneath the map."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from geo.errors import JiebiaoError
from jobs import access, basemaps
from jobs.access import ROLES, Account
from pages.common import session, widgets
from pages.common.words import _

__all__ = ["show"]


def show() -> None:
    """Show the page."""
    who = session.require("administrator")
    widgets.heading(_("账号与设置"))
    people, ground = st.tabs([_("账号"), _("底图")])
    with people:
        _people(who)
    with ground:
        _ground(who)


def role_title(role: str) -> str:
    """Return a role's title with what it may do."""
    return {
        "administrator": _("管理员：什么都能做，管账号和设置"),
        "editor": _("办理人：办案、画线、出文书"),
        "viewer": _("查看人：只能看"),
    }[role]


def _people(who: Account) -> None:
    for account in access.all_accounts(who):
        with st.container(border=True):
            _one(who, account)
    with st.expander(_("增加账号")):
        _add(who)


def _one(who: Account, account: Account) -> None:
    name, role, act = st.columns([3, 4, 3], vertical_alignment="center")
    shut = f"（{_('已停用')}）" if account.disabled else ""
    name.markdown(f"**{widgets.plain(account.name)}** {widgets.plain(account.login)} {shut}")
    chosen = role.selectbox(
        _("角色"),
        list(ROLES),
        index=list(ROLES).index(account.role),
        format_func=role_title,
        key=f"role-{account.id}",
        label_visibility="collapsed",
    )
    if chosen != account.role:
        _do(lambda: access.set_role(who, account.id, chosen))
    with act.container(horizontal=True):
        if account.disabled or account.locked_until:
            if st.button(_("启用"), key=f"enable-{account.id}"):
                _do(lambda: access.enable(who, account.id))
        elif account.id != who.id and st.button(_("停用"), key=f"disable-{account.id}"):
            _do(lambda: access.disable(who, account.id))
        with st.popover(_("改密码")):
            _password(who, account)


def _password(who: Account, account: Account) -> None:
    with st.form(f"password-{account.id}", clear_on_submit=True, border=False):
        new = st.text_input(_("新密码（至少 8 个字符）"), type="password")
        if st.form_submit_button(_("换成新密码"), type="primary"):
            _do(lambda: access.set_password(who, account.id, new))
    widgets.note(_("改后，这个账号在各处都要重新登录。"))


def _add(who: Account) -> None:
    with st.form("add-account", clear_on_submit=True, border=False):
        name = st.text_input(_("姓名"), max_chars=40)
        login = st.text_input(_("用户名（登录用）"), max_chars=40)
        role = st.selectbox(_("角色"), list(ROLES), format_func=role_title)
        password = st.text_input(_("密码（至少 8 个字符）"), type="password")
        if st.form_submit_button(_("增加"), type="primary"):
            _do(lambda: access.create(who, login=login, name=name, role=role, password=password))


def _do(act: Callable[[], object]) -> None:
    """Carry out one change; say what is wrong, or show the page anew."""
    try:
        act()
    except JiebiaoError as error:
        widgets.fault(error)
    else:
        st.rerun()


def _ground(who: Account) -> None:
    store = session.store()
    widgets.note(_("不设底图也能用，图上只有本乡的资料。用天地图时，浏览器会向天地图网站取图。"))
    widgets.problems(basemaps.troubles(store))
    for one in basemaps.saved(store):
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{widgets.plain(one.title)}** {widgets.plain(one.path)}")
            if st.button(_("不再用"), key=f"base-{one.id}"):
                _do(partial(basemaps.remove, store, one.id, who))
    with st.expander(_("用本机的影像或瓦片文件")), st.form("base-file", border=False):
        path = st.text_input(_("文件位置（MBTiles、PMTiles 或 GeoTIFF）"))
        title = st.text_input(_("名称"), max_chars=40)
        if st.form_submit_button(_("加为底图"), type="primary"):
            _do(lambda: basemaps.add_file(store, path, title, who))
    with st.expander(_("用天地图")), st.form("base-tianditu", border=False):
        key = st.text_input(_("本单位的天地图密钥"), max_chars=64)
        if st.form_submit_button(_("保存"), type="primary"):
            _do(lambda: basemaps.set_tianditu(store, key, who))

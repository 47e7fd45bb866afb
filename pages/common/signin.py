"""The pages before the pages: first account, login, log-out. Plain HTML, served outside Streamlit."""

from __future__ import annotations

import html
import secrets
from typing import Final
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from geo.errors import AccessError, Language
from jobs import access
from pages.common.guard import COOKIE, same_origin
from pages.common.theme import SHELL_CSS
from pages.common.words import text

__all__ = ["LANGUAGE_COOKIE", "routes"]

LANGUAGE_COOKIE: Final = "jiebiao_language"
_YEAR_S: Final = 365 * 24 * 3600
_ONLY_HERE: Final = {"same-origin", "none"}


def routes() -> list[Route]:
    """Return the routes under ``/auth/``."""
    return [
        Route("/auth/login", _login_page, methods=["GET"]),
        Route("/auth/login", _log_in, methods=["POST"]),
        Route("/auth/first", _first_page, methods=["GET"]),
        Route("/auth/first", _make_first, methods=["POST"]),
        Route("/auth/logout", _log_out, methods=["GET", "POST"]),
        Route("/auth/language", _choose_language, methods=["GET"]),
    ]


def _language(request: Request) -> Language:
    return "en" if request.cookies.get(LANGUAGE_COOKIE) == "en" else "zh"


def _back(value: str | None) -> str:
    """Return where to go afterwards: a path of this server, never another address."""
    path = value or "/"
    inside = path.startswith("/") and not path.startswith(("//", "/\\")) and "\\" not in path
    return path if inside and path.isprintable() else "/"


async def _login_page(request: Request) -> Response:
    if await run_in_threadpool(access.no_account_yet):
        return RedirectResponse("/auth/first", 303)
    return _login_form(request, back=_back(request.query_params.get("back")))


async def _log_in(request: Request) -> Response:
    form = await _trusted_form(request)
    if form is None:
        return _foreign()
    back = _back(_field(form, "back"))
    try:
        token = await run_in_threadpool(access.sign_in, _field(form, "login"), _field(form, "password"))
    except AccessError as fault:
        return _login_form(request, back=back, fault=fault, login=_field(form, "login"), status=401)
    return _with_session(RedirectResponse(back, 303), request, token)


async def _first_page(request: Request) -> Response:
    if not await run_in_threadpool(access.no_account_yet):
        return RedirectResponse("/auth/login", 303)
    return _first_form(request)


async def _make_first(request: Request) -> Response:
    form = await _trusted_form(request)
    if form is None:
        return _foreign()
    try:
        if _field(form, "password") != _field(form, "again"):
            raise access.passwords_differ()
        token = await run_in_threadpool(
            access.create_first,
            login=_field(form, "login"),
            name=_field(form, "name"),
            password=_field(form, "password"),
            code=_field(form, "code"),
        )
    except AccessError as fault:
        return _first_form(request, fault=fault, form=form, status=400)
    return _with_session(RedirectResponse("/", 303), request, token)


async def _log_out(request: Request) -> Response:
    # A link on somebody else's page must not log anybody out.
    if request.headers.get("sec-fetch-site", "none") not in _ONLY_HERE:
        return _foreign()
    token = request.cookies.get(COOKIE)
    if token:
        await run_in_threadpool(access.sign_out, token)
    answer = RedirectResponse("/auth/login", 303)
    answer.delete_cookie(COOKIE, path="/")
    return answer


async def _choose_language(request: Request) -> Response:
    answer = RedirectResponse(_back(request.query_params.get("back")), 303)
    chosen = "en" if request.query_params.get("to") == "en" else "zh"
    answer.set_cookie(LANGUAGE_COOKIE, chosen, max_age=_YEAR_S, samesite="lax", path="/")
    return answer


async def _trusted_form(request: Request) -> FormData | None:
    """Return the form, or None when it was sent from another site's page."""
    if not same_origin(request.headers):
        return None
    return await request.form(max_files=0, max_fields=10)


def _field(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


def _foreign() -> Response:
    return PlainTextResponse("cross-origin request refused", 403)


def _with_session(answer: Response, request: Request, token: str) -> Response:
    answer.set_cookie(
        COOKIE,
        token,
        max_age=access.SESSION_S,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
        path="/",
    )
    return answer


# ---- HTML ----------------------------------------------------------------------------------------------


def _input(name: str, label: str, *, kind: str = "text", value: str = "", complete: str = "off") -> str:
    return (
        f'<label for="{name}">{html.escape(label)}</label>'
        f'<input id="{name}" name="{name}" type="{kind}" value="{html.escape(value)}" '
        f'autocomplete="{complete}" required maxlength="256">'
    )


def _login_form(
    request: Request, *, back: str, fault: AccessError | None = None, login: str = "", status: int = 200
) -> HTMLResponse:
    lang = _language(request)
    fields = (
        _input("login", text("用户名", lang), value=login, complete="username")
        + _input("password", text("密码", lang), kind="password", complete="current-password")
        + f'<input type="hidden" name="back" value="{html.escape(back)}">'
    )
    return _shell(
        request,
        title=text("登录", lang),
        intro=text("乡镇地界工作台。资料只在这台电脑上。", lang),
        action="/auth/login",
        fields=fields,
        button=text("登录", lang),
        fault=fault,
        status=status,
    )


def _first_form(
    request: Request, *, fault: AccessError | None = None, form: FormData | None = None, status: int = 200
) -> HTMLResponse:
    lang = _language(request)
    kept = form if form is not None else FormData()
    fields = (
        _input("name", text("您的姓名", lang), value=_field(kept, "name"), complete="name")
        + _input("login", text("用户名（登录用）", lang), value=_field(kept, "login"), complete="username")
        + _input("password", text("密码（至少 8 个字符）", lang), kind="password", complete="new-password")
        + _input("again", text("再输一次密码", lang), kind="password", complete="new-password")
    )
    if access.code_needed():
        fields += _input("code", text("启动窗口里显示的开机码", lang))
    return _shell(
        request,
        title=text("第一次使用", lang),
        intro=text("先给自己建一个管理员账号。没有预设的密码，忘记了也无人知道，请记好。", lang),
        action="/auth/first",
        fields=fields,
        button=text("建立账号并进入", lang),
        fault=fault,
        status=status,
    )


def _shell(
    request: Request,
    *,
    title: str,
    intro: str,
    action: str,
    fields: str,
    button: str,
    fault: AccessError | None,
    status: int,
) -> HTMLResponse:
    lang = _language(request)
    other = ("zh", "中文") if lang == "en" else ("en", "English")
    alarm = f'<div class="fault" role="alert">{html.escape(fault.sentence(lang))}</div>' if fault else ""
    nonce = secrets.token_urlsafe(12)
    page = f"""<!doctype html>
<html lang="{"zh-CN" if lang == "zh" else "en"}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{html.escape(title)} · {html.escape(text("界标", lang))}</title>
<link rel="icon" href="/assets/jiebiao/icon.svg"><style nonce="{nonce}">{SHELL_CSS}</style></head>
<body><main><h1>{html.escape(text("界标", lang))} · {html.escape(title)}</h1><p>{html.escape(intro)}</p>{alarm}
<form method="post" action="{action}">{fields}<button type="submit">{html.escape(button)}</button></form></main>
<nav><a href="/auth/language?to={other[0]}&amp;back={quote(request.url.path)}">{other[1]}</a></nav></body></html>"""
    policy = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; font-src 'self'; img-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
    headers = {"Content-Security-Policy": policy, "Cache-Control": "no-store"}
    return HTMLResponse(page, status, headers)

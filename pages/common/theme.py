"""The look: one accent colour, two greys, a Chinese typeface served by this machine.

The colours are those of ``layers.style``, so that screen and paper agree.
"""

from __future__ import annotations

import json
from typing import Any, Final

from layers.style import ACCENT, GREY_DARK, GREY_LIGHT, INK, PAPER

__all__ = ["FONT_FAMILY", "SHELL_CSS", "THEME", "page_css"]

FONT_FAMILY: Final = '"Jiebiao Sans", "Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", sans-serif'

_FACES: Final = [
    {"family": "Jiebiao Sans", "url": "/assets/fonts/NotoSansSC-Regular.ttf", "weight": "400"},
    {"family": "Jiebiao Sans", "url": "/assets/fonts/NotoSansSC-Bold.ttf", "weight": "600 700"},
]

THEME: Final[dict[str, Any]] = {
    "theme.base": "light",
    "theme.primaryColor": ACCENT,
    "theme.backgroundColor": PAPER,
    "theme.secondaryBackgroundColor": "#F6F5F2",
    "theme.textColor": INK,
    "theme.linkColor": ACCENT,
    "theme.borderColor": GREY_LIGHT,
    "theme.font": "Jiebiao Sans, Microsoft YaHei, PingFang SC, sans-serif",
    "theme.headingFont": "Jiebiao Sans, Microsoft YaHei, PingFang SC, sans-serif",
    "theme.fontFaces": _FACES,
    "theme.baseFontSize": 16,
    "theme.baseRadius": "6px",
    "theme.showWidgetBorder": True,
}
"""Streamlit's theme options, by dotted name."""

_FONT_FACES: Final = "".join(
    f'@font-face{{font-family:"{face["family"]}";src:url("{face["url"]}");font-weight:{face["weight"]};font-display:swap}}'
    for face in _FACES
)

SHELL_CSS: Final = f"""
{_FONT_FACES}
* {{ box-sizing: border-box; }}
body {{ margin: 0; background: #F6F5F2; color: {INK}; font: 16px/1.6 {FONT_FAMILY}; }}
main {{ max-width: 420px; margin: 8vh auto 0; padding: 28px 28px 24px; background: {PAPER};
        border: 1px solid {GREY_LIGHT}; border-radius: 6px; }}
h1 {{ font-size: 24px; margin: 0 0 4px; }}
p {{ margin: 0 0 16px; color: {GREY_DARK}; }}
label {{ display: block; margin: 14px 0 4px; }}
input {{ width: 100%; font: inherit; padding: 9px 12px; border: 1px solid #8f8d88; border-radius: 6px; color: inherit; }}
input:focus-visible, button:focus-visible, a:focus-visible {{ outline: 3px solid {ACCENT}; outline-offset: 1px; }}
button {{ width: 100%; margin-top: 22px; font: inherit; font-weight: 700; color: #fff; background: {ACCENT};
          border: 0; border-radius: 6px; padding: 11px; cursor: pointer; }}
.fault {{ margin: 14px 0 0; padding: 10px 12px; border-left: 4px solid #C8102E; background: #FBF1F2; color: {INK}; }}
.note {{ font-size: 14px; margin: 6px 0 0; }}
nav {{ max-width: 420px; margin: 12px auto; padding: 0 28px; font-size: 14px; text-align: right; }}
a {{ color: {ACCENT}; }}
@media (max-width: 480px) {{ main {{ margin: 0; border: 0; min-height: 90vh; }} }}
"""
"""Style of the pages outside Streamlit: login, first account."""

_PAGE_CSS: Final = f"""
<style>
.stApp [data-testid="stMainBlockContainer"] {{ padding: 4.25rem 1.5rem 1.5rem; max-width: 1800px; }}
.stApp h1 {{ font-size: 1.5rem; padding: 0 0 .25rem; }}
.stApp h2 {{ font-size: 1.2rem; padding: .5rem 0 .25rem; }}
.stApp h3 {{ font-size: 1.05rem; padding: .25rem 0; }}
.stApp p, .stApp label, .stApp li, .stApp input, .stApp button {{ font-size: 1rem; }}
.stApp [data-testid="stMetricValue"] {{ font-size: 1.6rem; }}
.stApp [data-testid="stCaptionContainer"] {{ opacity: 1; }}
.stApp [data-testid="stCaptionContainer"] p {{ font-size: .95rem; color: {GREY_DARK}; opacity: 1; }}
.stApp [data-testid="InputInstructions"] {{ display: none; }}
.stApp [data-testid="stStatusWidget"] {{ margin-right: 15rem; }}
.st-key-jb-who {{ position: fixed; top: .45rem; right: 1rem; z-index: 1000000; width: auto !important; }}
.jb-steps {{ display: flex; flex-wrap: wrap; gap: 4px 8px; list-style: none; margin: 0; padding: 0; color: {GREY_DARK}; }}
.jb-steps li {{ margin: 0; }}
.jb-steps li + li::before {{ content: "›"; margin-right: 8px; color: {GREY_DARK}; }}
.jb-steps .now {{ color: {ACCENT}; font-weight: 700; }}
.jb-steps .done {{ color: {INK}; }}
.jb-figure {{ margin: 0 0 .5rem; }}
.jb-figure .value {{ font-size: 1.75rem; font-weight: 700; font-variant-numeric: tabular-nums; line-height: 1.3; }}
.jb-figure .more {{ color: {GREY_DARK}; }}
.st-key-jb-due button {{ justify-content: flex-start; text-align: left; padding: .3rem 0; width: 100%; }}
@media (max-width: 640px) {{
  .stApp [data-testid="stMainBlockContainer"] {{ padding: 4rem .6rem 1rem; }}
}}
@media print {{
  [data-testid="stHeader"], .stApp [data-testid="InputInstructions"] {{ display: none; }}
.stApp [data-testid="stStatusWidget"] {{ margin-right: 15rem; }}
.st-key-jb-who {{ display: none !important; }}
}}
</style>
"""


def page_css(choose_file: str, or_drop: str) -> str:
    """Return the style of every Streamlit page, with our words for those Streamlit says in English only.

    Parameters
    ----------
    choose_file, or_drop : str
        What the button of a file field says, and what stands beside it.
    """
    words = "".join(
        f"{place} {{ font-size: 0 !important; }} "
        f"{place}::after {{ content: {json.dumps(text, ensure_ascii=False)}; font-size: {size}; }}\n"
        for place, text, size in (
            ('[data-testid="stFileUploaderDropzone"] button p', choose_file, "1rem"),
            ('[data-testid="stFileUploaderDropzoneInstructions"] span', or_drop, ".9rem"),
        )
    )
    return _PAGE_CSS.replace("</style>", f"{words}</style>")

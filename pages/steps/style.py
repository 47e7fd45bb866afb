"""The look of a case: the map fills the screen, the panel beside it scrolls, the next step stays in sight."""

from __future__ import annotations

from typing import Final

from layers.style import ACCENT, GREY_DARK, GREY_LIGHT, INK, PAPER
from pages.common.words import _

__all__ = ["MAP_HEIGHT", "case_css"]

MAP_HEIGHT: Final = "clamp(280px, min(calc(100vh - 232px), 84vw), 1000px)"
"""Height of the map: the screen less the bars, and on a telephone hardly more than it is wide."""

_CSS: Final = f"""
<style>
.st-key-jb-case-head {{ margin: -1.25rem 0 -.25rem; }}
.st-key-jb-case-head h1 {{ padding: 0; }}
.st-key-jb-steps {{ flex: 1 1 auto; gap: .1rem .9rem !important; }}
.st-key-jb-steps button {{ min-height: 2.25rem; padding: 0 .1rem; }}
.st-key-jb-steps button p {{ font-size: 1rem; }}
[class*="st-key-jb-step-now"] button p {{ color: {ACCENT}; font-weight: 700; border-bottom: 3px solid {ACCENT}; }}
[class*="st-key-jb-step-done"] button p {{ color: {INK}; }}
[class*="st-key-jb-step-due"] button p {{ color: {GREY_DARK}; }}
[class*="st-key-jb-row"] button {{ min-height: 2rem; padding-top: .1rem; padding-bottom: .1rem; }}
[class*="st-key-jb-row"] [data-testid="stButton"] button[kind="tertiary"] p {{ font-weight: 600; }}
[data-testid="stFileUploaderDropzone"] button > * {{ display: none; }}
[data-testid="stFileUploaderDropzone"] button::after {{ content: "{{choose}}"; font-size: 1rem; }}
[data-testid="stFileUploaderDropzoneInstructions"] span {{ display: none; }}
[data-testid="stFileUploaderDropzoneInstructions"]::after {{ content: "{{drop}}"; color: {GREY_DARK}; }}
.st-key-jb-next {{ border-top: 1px solid {GREY_LIGHT}; padding-top: .6rem; background: {PAPER}; }}
[class*="st-key-jb-row-on"] {{ border-left: 4px solid {ACCENT}; padding-left: .6rem; }}
[class*="st-key-jb-row-off"] {{ border-left: 4px solid transparent; padding-left: .6rem; }}
[class*="st-key-jb-row"] [data-testid="stButton"] button {{ text-align: left; justify-content: flex-start; }}
[data-testid="stToastContainer"] {{ top: auto; bottom: 1rem; right: auto; left: 1rem; }}
.jb-swatch {{ display: inline-block; width: 2rem; height: 0; border-top: 4px solid; vertical-align: middle; margin-right: .5rem; }}
.jb-cells {{ display: grid; grid-template-columns: minmax(8.5rem, 2fr) repeat(5, minmax(2.6rem, 1fr)); gap: .1rem .5rem;
  font-variant-numeric: tabular-nums; font-size: .95rem; align-items: baseline; }}
.jb-cells span {{ text-align: right; }}
.jb-cells span:first-child {{ text-align: left; }}
.jb-cells .jb-th {{ white-space: pre-line; color: {GREY_DARK}; font-size: .85rem; }}
.st-key-jb-options [class*="st-key-jb-row"] .jb-cells {{ margin-top: -1.95rem; }}
.st-key-jb-options [class*="st-key-jb-row"] [data-testid="stElementContainer"]:has(.jb-cells),
.st-key-jb-options [class*="st-key-jb-row"] [data-testid="stHtml"] {{ pointer-events: none; }}
.st-key-jb-options [class*="st-key-jb-row"] {{ padding-top: .15rem; padding-bottom: .15rem; }}
.st-key-jb-options [class*="st-key-jb-row"] button {{ max-width: 9rem; line-height: 1.25; }}
.st-key-jb-options > div > .jb-cells {{ padding-left: .85rem; }}
.st-key-jb-joined [data-testid="stColumn"] p {{ line-height: 1.35; margin: 0; }}
.st-key-jb-joined [data-testid="stMarkdownContainer"] {{ margin-bottom: 0; }}
@media (max-width: 640px) {{ .st-key-jb-joined [data-testid="stHorizontalBlock"] {{ border-top: 1px solid {GREY_LIGHT}; padding-top: .4rem; gap: .3rem; }} }}
@media (min-width: 900px) {{
  .st-key-jb-list {{ max-height: calc(100vh - 150px); overflow-y: auto; overflow-x: hidden; padding-right: .5rem; }}
  .st-key-jb-panel {{ max-height: calc(100vh - 246px); overflow-y: auto; overflow-x: hidden; padding-right: .5rem; }}
}}
@media (max-width: 899px) {{
  .st-key-jb-next {{ position: fixed; left: 0; right: 0; bottom: 0; z-index: 99; padding: .5rem .8rem .7rem; gap: .2rem; width: auto !important; }}
  .stApp [data-testid="stMainBlockContainer"] {{ padding-bottom: 8rem; }}
  .st-key-jb-joined-heads {{ display: none; }}
  .st-key-jb-steps {{ justify-content: flex-start !important; }}
}}
@media (max-width: 480px) {{
  .jb-cells {{ grid-template-columns: minmax(5.2rem, 1.4fr) repeat(4, minmax(2.6rem, 1fr)); font-size: .88rem; gap: .1rem .35rem; }}
  .jb-cells .jb-wide {{ display: none; }}
}}
</style>
"""


def case_css() -> str:
    """Return the style of the pages of a case, with the words of the browser's own parts."""
    words = {"{choose}": _("选文件"), "{drop}": _("或者把文件拖到这里")}
    css = _CSS
    for name, word in words.items():
        css = css.replace(name, word)
    return css

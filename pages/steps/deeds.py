"""What is done in a case, in the words of its history."""

from __future__ import annotations

from pages.common.words import _

__all__ = ["did"]


def did(action: str) -> str:
    """Return what an action of the log is called."""
    return {
        "case.open": _("立案"),
        "case.files": _("放入资料"),
        "case.overrule": _("改正了文件的认法"),
        "case.file_away": _("收起文件"),
        "case.line": _("说明或改了一条线"),
        "case.redraw": _("在图上改了线"),
        "case.line_away": _("收起一条线"),
        "case.point": _("记下界点"),
        "case.point_away": _("去掉界点"),
        "case.users": _("记下谁在使用"),
        "case.explanations": _("写下面积的解释"),
        "case.settings": _("改了设置"),
        "case.hand": _("手工调整了线"),
        "case.hand_undo": _("撤销了一次调整"),
        "case.hand_drop": _("放弃了手工线"),
        "case.choose": _("选定方案"),
        "case.unchoose": _("取消选定"),
        "case.terms": _("改了约定"),
        "case.join": _("列出要到场的人"),
        "case.presence": _("记下到场情况"),
        "case.papers": _("填写文书内容"),
        "case.package": _("生成文书包"),
        "case.settle": _("登记签字件，变更地块"),
        "case.reopen": _("重新办理"),
        "case.refer": _("移送上级"),
        "case.referred": _("移送上级"),
        "case.failed": _("调解不成，结案"),
        "case.withdrawn": _("撤回，结案"),
        "case.put_away": _("收起案件"),
        "case.back": _("取出案件"),
    }.get(action, action)

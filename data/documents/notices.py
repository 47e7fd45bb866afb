"""Notices of the procedure: the walk on the ground, its proxy and record, the public notice, the status quo, the way on."""

from __future__ import annotations

from dataclasses import replace

from data.documents import paper, terms, words
from data.documents.blocks import (
    Block,
    Box,
    Break,
    Column,
    Document,
    Fields,
    Grid,
    Heading,
    Para,
    Ruled,
    Signatures,
    SignBox,
)
from data.documents.facts import Dossier
from data.rules.norms import Norms

__all__ = ["proxy", "public_notice", "status_quo", "walk_notice", "walk_record", "way_onward"]


def walk_notice(dossier: Dossier) -> Document:
    """Return 现场指界通知书: one page for everybody who must be joined, each with its receipt."""
    blocks: list[Block] = []
    for i, (standing, name) in enumerate(paper.everybody(dossier)):
        if i:
            blocks += [Break(), Para(zh="现场指界通知书", align="center", strong=True, size="large")]
        blocks += _walk_page(dossier, standing, name)
    return paper.paper(
        dossier, "walk_notice", "现场指界通知书", "Notice of the walk on the ground", tuple(blocks)
    )


def _walk_page(dossier: Dossier, standing: str, name: str) -> tuple[Block, ...]:
    schedule, case = dossier.schedule, dossier.case
    return (
        Para(zh=f"{words.or_blank(name)}（{standing}）：", indent=False),
        Para(
            zh=f"关于“{words.or_blank(case.title)}”，定于{words.clock(schedule.walk_at)}在"
            f"{words.or_blank(schedule.walk_meeting_place)}集合，到现场指认界线。请您按时到场，并注意下列事项："
        ),
        Para(zh="1. 请带上证书、承包合同和其他能说明界线的材料，身份证件只在现场核对，不收取、不复印。"),
        Para(zh="2. 本人不能到场的，可以书面委托代理人，委托书附后。"),
        Para(
            zh="3. 本人和代理人都不到场的，您与别人相邻的界线不因这次指界而移动，我们另行通知您；"
            "对指界结果有不同意见的，可以在公示期内书面提出。"
        ),
        Para(zh="4. 在争议解决以前，请保持现状，不要移动、损毁界桩和测量标志。"),
        Para(
            zh=f"联系电话：{words.or_blank(dossier.office.telephone)}　地址：{words.or_blank(dossier.office.address)}"
        ),
        Para(zh=words.or_blank(paper.office_name(dossier)), align="right"),
        Para(zh=words.day(None), align="right"),
        Heading(zh="送达回证", en="Receipt"),
        Fields(rows=(("送达人", ""), ("送达时间", ""), ("送达方式", ""), ("送达地点", ""))),
        Signatures(boxes=(SignBox(role="受送达人", name=name), SignBox(role="见证人（受送达人拒收时）"))),
    )


def proxy(dossier: Dossier) -> Document:
    """Return 指界委托书, with names to be filled in: one form serves everybody."""
    case = dossier.case
    blocks: tuple[Block, ...] = (
        Fields(
            rows=(("委托人", ""), ("与地块的关系", ""), ("受托人", ""), ("与委托人的关系", "")),
            pairs=2,
        ),
        Para(
            zh=f"关于“{words.or_blank(case.title)}”，委托人因____________________不能到场，"
            "现委托受托人代为办理下列事项（在方格内打√，未打√的不在委托之内）："
        ),
        Para(zh="□　到现场指认界线，在现场指界记录上签名"),
        Para(zh="□　参加调解，提出和变更方案"),
        Para(zh="□　签署调解协议书（应当写明可以同意的界线或者条件）：____________"),
        Para(zh="委托期限：______年____月____日至______年____月____日。"),
        Para(
            zh="受托人在上述事项和期限内所作的表示，由委托人承担后果。委托人可以随时撤回委托，但应当通知办理人员。"
        ),
        Signatures(boxes=(SignBox(role="委托人"), SignBox(role="受托人"), SignBox(role="见证人"))),
    )
    return paper.paper(
        dossier, "proxy", "指界委托书", "Proxy for the walk on the ground", blocks, number=False
    )


def walk_record(dossier: Dossier) -> Document:
    """Return 现场指界记录: who came, what each pointed at point by point, objections, signatures."""
    blocks: tuple[Block, ...] = (
        Fields(
            rows=(
                ("时间", words.clock(dossier.schedule.walk_at)),
                ("地点", dossier.case.place),
                ("天气、仪器", ""),
                ("参照的图件", _sources(dossier)),
            )
        ),
        Heading(zh="一、到场的人", en="Present"),
        _present(dossier),
        Heading(zh="二、逐点指认", en="Point by point"),
        _pointed(dossier),
        Para(
            zh=f"坐标系：{words.frame_text(dossier.frame)}。界标：石、木、铁、水泥桩，或者地物。",
            size="small",
        ),
        Heading(zh="三、不同意见和需要说明的情况", en="Objections and remarks"),
        Ruled(lines=4),
        Box(zh="没有到场、也没有委托代理人的一方，其界线不因本次指界而移动。"),
        Heading(zh="四、签名", en="Signatures"),
        Signatures(boxes=_walk_signers(dossier)),
    )
    return paper.paper(dossier, "walk_record", "现场指界记录", "Record of the walk on the ground", blocks)


def _sources(dossier: Dossier) -> str:
    return "、".join(line.label for line in dossier.lines if not line.role.startswith(("claim", "agreed")))


def _present(dossier: Dossier) -> Grid:
    columns = (
        Column(zh="身份", en="Standing", share=1.4),
        Column(zh="姓名或名称", en="Name", share=2.2),
        Column(zh="代理人", en="Proxy", share=1.6),
        Column(zh="到场", en="Present", align="center", share=0.9),
        Column(zh="通知日期", en="Notified", share=1.6),
    )
    notified = {person.name: person for person in dossier.neighbours}
    proxies = {dossier.party(side).name: dossier.party(side).proxy for side in ("a", "b")}
    rows = []
    for standing, name in paper.everybody(dossier):
        person = notified.get(name)
        came = "√" if person and person.attendance in ("present", "proxy") else ""
        told = words.day(person.notified_on) if person and person.notified_on else ""
        rows.append((standing, name, proxies.get(name, ""), came, told))
    return Grid(columns=columns, rows=tuple(rows))


def _pointed(dossier: Dossier) -> Grid:
    columns = (
        Column(zh="点号", en="Point", align="center", share=0.9),
        Column(zh="X（北）/米", en="X (north)", align="right", share=1.6),
        Column(zh="Y（东）/米", en="Y (east)", align="right", share=1.6),
        Column(zh="界标和位置说明", en="Mark and place", share=2.6),
        Column(zh="甲方", en="A", align="center", share=0.8),
        Column(zh="乙方", en="B", align="center", share=0.8),
        Column(zh="相邻方", en="Others", align="center", share=0.9),
    )
    if dossier.outcome is None:
        return Grid(columns=columns, rows=tuple((f"{i}", "", "", "\n", "", "", "") for i in range(1, 9)))
    rows = tuple(
        (p.number, words.coordinate(p.northing_m), words.coordinate(p.easting_m), "\n", "", "", "")
        for p in dossier.outcome.points
    )
    return Grid(columns=columns, rows=rows)


def _walk_signers(dossier: Dossier) -> tuple[SignBox, ...]:
    boxes = [SignBox(role=f"{standing}指界人", name=name) for standing, name in paper.everybody(dossier)]
    boxes.append(SignBox(role="测量人", name=dossier.surveyor.operator, mark="none"))
    boxes.append(SignBox(role="记录人", name=dossier.case.recorder, mark="none"))
    return tuple(boxes)


def public_notice(dossier: Dossier, norms: Norms) -> Document:
    """Return 公示 with its objection period in working days; the day of posting is not counted."""
    schedule, case = dossier.schedule, dossier.case
    days = schedule.objection_working_days or norms.count("objection_working_days")
    until = (
        f"，至{words.day(schedule.objection_due)}止"
        if schedule.objection_due
        else "，至______年____月____日止"
    )
    blocks: tuple[Block, ...] = (
        Para(
            zh=f"关于“{words.or_blank(case.title)}”，双方当事人经调解{'拟定界线' if dossier.outcome else '拟定下列处理办法'}，现予公示："
        ),
        Fields(rows=_public_rows(dossier)),
        *(Para(zh=terms.clause(term)) for term in dossier.terms if dossier.outcome is None),
        Para(
            zh=f"公示期：自{words.day(schedule.posted_on)}张贴之次日起 {days} 个工作日{until}。"
            "相邻权利人、发包方和其他利害关系人对上述内容有异议的，请在公示期内写明理由、附上材料，"
            "以书面方式提出；书写有困难的，可以口头提出，由工作人员记录。"
        ),
        Para(zh="逾期没有提出异议，不等于放弃依法申请处理、申请仲裁或者起诉的权利。"),
        Para(
            zh=f"受理异议：{words.or_blank(paper.office_name(dossier))}　电话：{words.or_blank(dossier.office.telephone)}"
        ),
        Para(zh=f"地址：{words.or_blank(dossier.office.address)}"),
        Para(zh="界点坐标表附后；界线图为调解参考测量，不作为登记结果，可到上述地址查阅。"),
        Para(zh=words.or_blank(paper.office_name(dossier)), align="right"),
        Para(zh=words.day(schedule.posted_on), align="right"),
        Heading(zh="张贴和异议记录（存档联）", en="Posting and objections (for the file)"),
        Fields(rows=(("张贴地点", ""), ("张贴人、见证人", ""), ("撤下日期", ""), ("收到的异议", "\n"))),
    )
    notice = paper.paper(dossier, "public_notice", "界线公示", "Public notice", blocks)
    return replace(notice, mark="张贴公示")


def _public_rows(dossier: Dossier) -> tuple[tuple[str, str], ...]:
    rows = [("界线位置", dossier.case.place)]
    rows.append(("两侧地块", "；".join(word for word in (dossier.party(s).plot for s in ("a", "b")) if word)))
    if dossier.outcome:
        rows.append(
            ("界线", f"{len(dossier.outcome.points)} 个界点，长 {words.length(dossier.outcome.length_m)}")
        )
    rows.append(("争议面积", words.disputed(dossier)))
    return tuple(rows)


def status_quo(dossier: Dossier, norms: Norms) -> Document:
    """Return 维持现状通知书: what nobody may do until the dispute is settled, by kind of land."""
    holds = [(way.hold, way.law) for way in paper.ways(dossier, norms) if way.hold]
    area = words.disputed(dossier)
    blocks: tuple[Block, ...] = (
        Para(
            zh=f"{'、'.join(words.or_blank(name, 8) for _, name in paper.everybody(dossier)[:2])}：",
            indent=False,
        ),
        Para(
            zh=f"关于“{words.or_blank(dossier.case.title)}”的争议正在处理，争议区位于"
            f"{words.or_blank(dossier.case.place)}，面积 {area}，范围见附图。"
        ),
        *(Para(zh=f"{law}规定：{words.sentence(hold)}", strong=True) for hold, law in holds),
        Para(zh="在争议解决以前，请各方："),
        Para(zh="1. 按争议发生时的现状使用，不扩大、不改变用途，不新建围栏、棚圈、道路等设施；"),
        Para(zh="2. 不移动、拔除、损毁界桩、围栏和测量标志；"),
        Para(zh="3. 不阻拦对方照原来的路通行、饮畜；"),
        Para(zh="4. 发生新的情况，先报告，不争吵，不动手。"),
        Para(zh=f"现在的使用情况：{words.sentence(words.or_blank(dossier.case.used_by, 40))}"),
        Para(zh=f"联系人、电话：{words.or_blank(dossier.office.telephone, 24)}"),
        Para(zh=words.or_blank(dossier.office.township or paper.office_name(dossier)), align="right"),
        Para(zh=words.day(None), align="right"),
        Signatures(boxes=tuple(SignBox(role=f"{s}收到", name=n) for s, n in paper.everybody(dossier)[:2])),
    )
    return paper.paper(dossier, "status_quo", "维持现状通知书", "Notice to keep the status quo", blocks)


def way_onward(dossier: Dossier, norms: Norms) -> Document:
    """Return 权利告知书: the way to county or court by kind of land, with its limits and their source."""
    confirmation = norms.way("confirmation")
    blocks: tuple[Block, ...] = (
        Para(
            zh=f"{'、'.join(words.or_blank(name, 8) for _, name in paper.everybody(dossier)[:2])}：",
            indent=False,
        ),
        Para(
            zh=f"关于“{words.or_blank(dossier.case.title)}”，现将您可以走的途径告知如下。"
            "调解出于自愿，可以拒绝，可以中途退出；不调解、调解不成，都不影响您走下列途径。"
        ),
        Heading(zh="一、没有达成协议的", en="Without an agreement"),
        *paper.way_paragraphs(dossier, norms),
        Heading(zh="二、达成协议的", en="With an agreement"),
        Para(zh=f"{confirmation.subject}：{confirmation.person}（{confirmation.law}）。"),
        Para(zh="对协议的履行或者内容发生争议的，可以向人民法院起诉。"),
        Heading(zh="三、到哪里去", en="Where to go"),
        Fields(rows=_where(dossier)),
        Box(
            zh="期限从您知道或者收到决定、裁决的次日算起，过期可能失去机会。请记下收到的日期：______年____月____日。"
        ),
        Signatures(boxes=tuple(SignBox(role=f"{s}收到", name=n) for s, n in paper.everybody(dossier)[:2])),
    )
    return paper.paper(dossier, "way_onward", "权利告知书", "The way to county or court", blocks)


def _where(dossier: Dossier) -> tuple[tuple[str, str], ...]:
    office = dossier.office
    rows = [("乡（镇）人民政府", office.township), ("县级人民政府", office.county)]
    if dossier.case.contracted:
        rows.append(("农村土地承包仲裁委员会", office.arbitration))
    return (*rows, ("人民法院", office.court))

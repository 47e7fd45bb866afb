"""The command line: everything a page computes, without a browser.

With ``--json`` standard output is exactly one JSON object; progress and messages go to standard error.
Exit status 0 done (also when problems were found and listed), 2 the input or the arguments cannot be used,
1 a fault of the program. Each command imports its job when it runs, so that light ones start fast.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from geo.errors import ArgumentError, JiebiaoError, Language

__all__ = ["COMMANDS", "Command", "main"]

Result = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command: its name, what it is for, its arguments and what it does."""

    name: str
    help: str
    declare: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], Result]


class _Parser(argparse.ArgumentParser):
    """A parser whose complaint is one sentence, raised like every other fault of the input."""

    def error(self, message: str) -> NoReturn:
        raise ArgumentError(
            "arguments",
            zh="命令参数有误：{message}。用 --help 查看写法。",
            en="The arguments cannot be used: {message}. See --help.",
            where=self.prog,
            message=message,
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    as_json = "--json" in words
    lang = _language(words)
    try:
        result = _run(words)
    except JiebiaoError as fault:
        return _refuse(fault, lang, as_json)
    except KeyboardInterrupt:
        print("已停止。Stopped.", file=sys.stderr)
        return 1
    _show(result, as_json)
    return 0


def _run(words: Sequence[str]) -> Result:
    parser = _parser()
    known = {command.name: command for command in COMMANDS}
    if not any(word in known for word in words) and not {"-h", "--help"} & set(words):
        words = ["app", *words]
    chosen = parser.parse_args(list(words))
    return known[chosen.command].run(chosen)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="start.py", description="界标 Jiebiao：乡镇地界工作台。不带命令时打开程序界面。")
    choices = parser.add_subparsers(dest="command", parser_class=_Parser, metavar="COMMAND", required=True)
    for command in COMMANDS:
        sub = choices.add_parser(command.name, help=command.help, description=command.help)
        sub.add_argument("--json", action="store_true", help="标准输出只有一个 JSON 对象 / one JSON object")
        sub.add_argument("--lang", choices=("zh", "en"), default="zh", help="说明文字的语言 / language")
        command.declare(sub)
    return parser


def _language(words: Sequence[str]) -> Language:
    joined = " ".join(words)
    return "en" if "--lang en" in joined or "--lang=en" in joined else "zh"


def _refuse(fault: JiebiaoError, lang: Language, as_json: bool) -> int:
    message = " ".join(fault.sentence(lang).split())
    print(message, file=sys.stderr)
    if as_json:
        _show({"error": {"code": fault.code, "message": message, "where": fault.where}}, True)
    return 2


def _show(result: Result, as_json: bool) -> None:
    out = sys.stdout
    if hasattr(out, "reconfigure"):
        out.reconfigure(encoding="utf-8")
    try:
        json.dump(_finite(result), out, ensure_ascii=False, allow_nan=False, indent=None if as_json else 1)
        out.write("\n")
        out.flush()
    except BrokenPipeError:  # the reader has seen enough
        sys.stderr.close()


def _finite(value: Any) -> Any:
    """Return ``value`` with tuples as lists and numpy numbers as Python's; NaN is a fault of the program."""
    if isinstance(value, dict):
        return {str(key): _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    if hasattr(value, "item") and not isinstance(value, str | bytes):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        raise AssertionError("a figure is not finite")
    return value


# ---- arguments that several commands take -------------------------------------------------------------


def near(text: str) -> tuple[float, float]:
    """Read ``LON,LAT`` in degrees."""
    try:
        lon_deg, lat_deg = (float(part) for part in text.replace("，", ",").split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} 不是“经度,纬度” / is not LON,LAT") from None
    if not (-180 <= lon_deg <= 180 and -90 <= lat_deg <= 90):
        raise argparse.ArgumentTypeError(f"{text!r}: 经度应在 ±180、纬度在 ±90 之内 / out of range")
    return lon_deg, lat_deg


def epsg(text: str) -> int:
    """Read an EPSG code, with or without its prefix."""
    digits = text.upper().removeprefix("EPSG:")
    if not digits.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} 不是 EPSG 代码 / is not an EPSG code")
    return int(digits)


def positive(text: str) -> float:
    """Read a finite number above zero."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value > 0):
        raise argparse.ArgumentTypeError(f"{text!r} 应是大于 0 的数 / must be a number above zero")
    return value


def share(text: str) -> float:
    """Read A's share, between 0 and 1."""
    value = positive(text)
    if value >= 1:
        raise argparse.ArgumentTypeError(f"{text!r} 应在 0 与 1 之间 / must lie between 0 and 1")
    return value


def _near(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--near", type=near, metavar="LON,LAT", help="乡镇大致位置 / where the township lies")


def _shift(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--shift",
        choices=("none", "gcj02", "bd09"),
        help="经纬度的偏移，不知道时不写 / map shift, if it is known",
    )


def _store(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--store", type=Path, help="数据文件夹或文件，默认 JIEBIAO_HOME / records folder or file"
    )


# ---- commands -----------------------------------------------------------------------------------------


def _declare_app(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8501)
    parser.add_argument("--lan", action="store_true", help="允许局域网访问 / serve the office network")
    parser.add_argument("--no-browser", action="store_true", help="不打开浏览器 / do not open a browser")
    _store(parser)


def _app(args: argparse.Namespace) -> Result:
    import app

    app.run(port=args.port, lan=args.lan, store=args.store, open_browser=not args.no_browser)
    return {"stopped": True}


def _declare_inspect(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    _near(parser)


def _inspect(args: argparse.Namespace) -> Result:
    from jobs import inspecting

    return inspecting.inspect_files(args.files, near=args.near, lang=args.lang)


def _declare_measure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--crs", type=epsg, metavar="EPSG")
    _near(parser)
    _shift(parser)


def _measure(args: argparse.Namespace) -> Result:
    from jobs import measuring

    return measuring.measure(
        args.file, epsg=args.crs, near_lonlat_deg=args.near, shift=args.shift, lang=args.lang
    )


def _declare_convert(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--to", required=True, metavar="FORMAT")
    parser.add_argument("--out", required=True, type=Path, metavar="FILE")
    parser.add_argument("--crs", type=epsg, metavar="EPSG")
    _near(parser)
    _shift(parser)


def _convert(args: argparse.Namespace) -> Result:
    from jobs import converting

    return converting.convert_file(
        args.file, args.to, args.out, epsg=args.crs, near=args.near, shift=args.shift, lang=args.lang
    )


def _declare_adjust(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument(
        "--class", dest="traverse_class", default="", metavar="NAME", help="导线等级 / traverse class"
    )


def _adjust(args: argparse.Namespace) -> Result:
    from jobs import adjusting

    return adjusting.adjust_file(args.file, class_name=args.traverse_class, lang=args.lang)


def _declare_settle(parser: argparse.ArgumentParser) -> None:
    for side in ("a", "b"):
        parser.add_argument(f"--{side}", required=True, type=Path, metavar="FILE")
    for source in ("certificate", "measured", "grades", "plots"):
        parser.add_argument(f"--{source}", type=Path, metavar="FILE")
    for sigma in ("a", "b", "certificate", "measured"):
        parser.add_argument(f"--sigma-{sigma}", type=positive, metavar="M")
    parser.add_argument("--share", type=share, metavar="P", help="甲方份额 0–1 / A's share")
    parser.add_argument("--at", metavar="TIME", help="文书时间 / time stamp of the documents, ISO 8601")
    parser.add_argument("--choose", metavar="NAME", help="选定方案 / the chosen proposal")
    parser.add_argument("--out", required=True, type=Path, metavar="DIR")
    _near(parser)
    _shift(parser)


def _settle(args: argparse.Namespace) -> Result:
    from jobs import settling

    return settling.settle(settling.Request.from_arguments(vars(args)), lang=args.lang)


def _declare_track(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")


def _track(args: argparse.Namespace) -> Result:
    from jobs import tracking

    return tracking.track_files(args.files, lang=args.lang)


def _declare_cover(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--targets", required=True, type=Path, metavar="FILE", help="目标 / lines, points, areas"
    )
    parser.add_argument("--tracks", required=True, nargs="+", type=Path, metavar="FILE", help="轨迹 / tracks")
    parser.add_argument("--swath", type=positive, metavar="M", help="带宽（米）/ metres to each side")
    parser.add_argument("--from", dest="first", metavar="DATE", help="起始日 / first day, 2026-11-01")
    parser.add_argument("--to", dest="last", metavar="DATE", help="截止日 / last day")


def _cover(args: argparse.Namespace) -> Result:
    from jobs import covering

    return covering.cover_files(
        args.targets, args.tracks, swath_m=args.swath, first=args.first, last=args.last, lang=args.lang
    )


def _declare_land(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument(
        "--use",
        choices=("grassland", "cropland", "woodland", "village", "group"),
        help="地类，或村界、组界 / land use, or borders of villages or groups",
    )
    _store(parser)
    _near(parser)
    _shift(parser)


def _land(args: argparse.Namespace) -> Result:
    from jobs import land_keeping

    return land_keeping.land_file(
        args.file, store=args.store, what=args.use, near=args.near, shift=args.shift, lang=args.lang
    )


def _declare_divide(parser: argparse.ArgumentParser) -> None:
    for name in ("households", "parents"):
        parser.add_argument(f"--{name}", required=True, metavar="FILE[:LAYER]")
    for name in ("least", "target", "most"):
        parser.add_argument(f"--{name}", required=True, type=int, metavar="N")
    for name in ("barriers", "network", "warm"):
        parser.add_argument(f"--{name}", metavar="FILE[:LAYER]")
    parser.add_argument("--effort", choices=("quick", "thorough"), default="quick")
    parser.add_argument("--measure", choices=("medoid", "squares"), default="medoid")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument("--out", required=True, type=Path, metavar="FILE.gpkg")
    _near(parser)


def _divide(args: argparse.Namespace) -> Result:
    from jobs import dividing

    return dividing.divide_files(dividing.Request.from_arguments(vars(args)), lang=args.lang)


def _declare_store(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("check", "backup"))
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="备份文件 / the backup to write")
    _store(parser)


def _run_store(args: argparse.Namespace) -> Result:
    from jobs import records

    if args.action == "check":
        return records.check(args.store)
    if args.file is None:
        raise ArgumentError(
            "no_backup_file",
            zh="请写明备份文件，例如：store backup 备份.zip。",
            en="Name the backup file, for example: store backup backup.zip.",
            where="store backup",
        )
    return records.backup(args.store, args.file)


def _declare_demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="纠纷样例文件的文件夹 / folder for the dispute files"
    )
    _store(parser)


def _demo(args: argparse.Namespace) -> Result:
    from jobs import demo

    return demo.make(args.store, files_folder=args.out)


def _declare_deadline(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("date", metavar="DATE", help="收到之日 / day received, 2026-11-21")
    parser.add_argument("--days", required=True, type=int, metavar="N")
    parser.add_argument("--calendar-days", action="store_true", help="按自然日 / natural days")
    parser.add_argument("--calendar", type=Path, metavar="FILE", help="节假日文件 / holiday file")


def _deadline(args: argparse.Namespace) -> Result:
    from jobs import deadlines

    return deadlines.deadline(args.date, days=args.days, natural=args.calendar_days, calendar=args.calendar)


def _declare_nothing(_: argparse.ArgumentParser) -> None:
    """Declare no further arguments."""


def _warm_up(_: argparse.Namespace) -> Result:
    from jobs import warming

    return warming.warm_up()


COMMANDS = (
    Command(name="app", help="打开程序 / the app", declare=_declare_app, run=_app),
    Command(name="inspect", help="看懂文件 / what a file holds", declare=_declare_inspect, run=_inspect),
    Command(name="measure", help="量面积 / areas and coverage", declare=_declare_measure, run=_measure),
    Command(name="convert", help="转换格式 / another format", declare=_declare_convert, run=_convert),
    Command(name="adjust", help="平差 / adjust observations", declare=_declare_adjust, run=_adjust),
    Command(name="settle", help="界线纠纷 / settle a boundary", declare=_declare_settle, run=_settle),
    Command(name="track", help="轨迹清理 / clean tracks", declare=_declare_track, run=_track),
    Command(name="cover", help="巡查覆盖 / what was covered", declare=_declare_cover, run=_cover),
    Command(name="land", help="地块入档 / plots into the records", declare=_declare_land, run=_land),
    Command(name="divide", help="网格与十户组 / divide households", declare=_declare_divide, run=_divide),
    Command(name="store", help="检查、备份 / check, back up", declare=_declare_store, run=_run_store),
    Command(name="demo", help="虚构示范乡 / the invented township", declare=_declare_demo, run=_demo),
    Command(name="deadline", help="期限 / working-day limits", declare=_declare_deadline, run=_deadline),
    Command(name="warm-up", help="预热 / compile at set-up", declare=_declare_nothing, run=_warm_up),
)


if __name__ == "__main__":
    sys.exit(main())

"""The sentences of recognition: reasons of a decision and doubts that stay, in Chinese and English."""

from __future__ import annotations

from typing import Final

from geo.errors import Problem
from geo.recognition import Reason

__all__ = ["problem", "reason"]

_REASONS: Final[dict[str, tuple[str, str]]] = {
    "summary": ("{points} 个点：{system}，{axis_zh}", "{points} {word}: {system}, {axis_en}"),
    "axis_by_range_degrees": (
        "第一列 {first_low} 至 {first_high}、第二列 {second_low} 至 {second_high}：只有这样读才落在中国",
        "First column {first_low} to {first_high}, second {second_low} to {second_high}: only so do they lie in "
        "China",
    ),
    "axis_only_legal": (
        "纬度不能超过 90°，所以只有一种次序成立",
        "A latitude cannot exceed 90°, so only one order is possible",
    ),
    "axis_by_names": (
        "列名（或属性名）写明了经纬度",
        "The columns or attributes are named longitude and latitude",
    ),
    "axis_by_declaration": (
        "文件声明了坐标系 {name}，按经度在前读取",
        "The file declares {name}; it is read longitude first",
    ),
    "axis_by_near": (
        "乡镇位于东经 {lon}°、北纬 {lat}°，只有这样读才在附近（{distance_km} km）",
        "The township lies at {lon}° E, {lat}° N: only so do the data lie near it ({distance_km} km)",
    ),
    "axis_by_size": (
        "北坐标（X）在 160 万至 610 万之间，东坐标（Y）不在：{axis_zh}",
        "Northings lie between 1.6 and 6.1 million, eastings do not: {axis_en}",
    ),
    "zone_by_prefix": (
        "东坐标 8 位，前两位 {number} 是带号：{width_deg}° 带，中央子午线 {meridian_deg}°",
        "Eastings have eight digits and begin with zone number {number}: {width_deg}° zone, central meridian "
        "{meridian_deg}°",
    ),
    "zone_by_declaration": (
        "东坐标不带带号；文件声明为 {name}，中央子午线 {meridian_deg}°",
        "Eastings carry no zone number; the file declares {name}, central meridian {meridian_deg}°",
    ),
    "zone_by_near": (
        "东坐标不带带号；乡镇位于东经 {lon}°，只有中央子午线 {meridian_deg}° 时数据才在附近（{distance_km} km）",
        "Eastings carry no zone number; the township lies at {lon}° E, and only with central meridian "
        "{meridian_deg}° do the data lie near it ({distance_km} km)",
    ),
    "zone_unknown": (
        "东坐标不带带号，也没有声明带号或中央子午线：仅凭数字分不清是哪一带",
        "Eastings carry no zone number and neither zone nor central meridian is declared: the numbers alone fit "
        "every zone",
    ),
    "declared": ("文件声明的坐标系是 {name}，与数字相符", "The file declares {name}, and the numbers agree"),
    "declared_header_agrees": (
        "文件头写明的带号与坐标一致",
        "The zone stated in the file's head agrees with the coordinates",
    ),
    "datum_declared": ("文件声明基准为 CGCS2000", "The file declares the datum CGCS2000"),
    "datum_assumed": (
        "文件没有声明基准：按现行法定的 CGCS2000 读取（若实为西安80或北京54，会偏移几十米）",
        "No datum is declared: CGCS2000, the one in force, is taken (Xian 1980 or Beijing 1954 data would be "
        "tens of metres off)",
    ),
    "mercator": ("数字大小符合网络墨卡托投影", "The numbers have the size of Web Mercator"),
    "near": ("数据距乡镇 {distance_km} km", "The data lie {distance_km} km from the township"),
    "packed_dms": ("角度按“度.分秒”（DDD.MMSS）书写", "Angles are packed degrees.minutes-seconds (DDD.MMSS)"),
    "maybe_packed_dms": (
        "这些数字既可能是十进制度，也可能是“度.分秒”（DDD.MMSS）",
        "These numbers may be decimal degrees or packed degrees.minutes-seconds (DDD.MMSS)",
    ),
    "shift_by_user": ("偏移由使用者指定：{shift}", "The map shift was stated by the user: {shift}"),
    "shift_by_app": (
        "来自 {app}：其坐标带 {shift} 偏移",
        "From {app}: its coordinates carry the {shift} shift",
    ),
    "no_shift_by_app": ("来自 {app}：其坐标没有偏移", "From {app}: its coordinates are not shifted"),
    "no_shift_receiver": (
        "{format} 是接收机格式，按标准为 WGS 84，没有偏移",
        "{format} is a receiver's format, WGS 84 by standard, not shifted",
    ),
    "no_shift_declared": (
        "声明为 {name}：测绘成果，没有偏移",
        "Declared as {name}: survey data, not shifted",
    ),
    "no_shift_plane": (
        "高斯-克吕格平面坐标来自测绘成果，手机地图不输出，没有偏移",
        "Gauss-Krüger coordinates come from surveys, not from phone maps: not shifted",
    ),
    "no_shift_abroad": (
        "数据在中国以外，手机地图在那里不偏移",
        "The data lie outside China, where phone maps do not shift",
    ),
    "shift_unknown": (
        "中国境内的经纬度，来源不明：可能是 WGS 84，也可能是带偏移的手机地图坐标（100-700 m），须确认来源",
        "Longitudes and latitudes in China of unknown origin: WGS 84, or a phone map's shifted by 100 to 700 m. "
        "Say where they come from",
    ),
    "shift_compared": (
        "与已知界线比较：{shift} 时相差 {best_m} m，其次 {second_m} m",
        "Compared with a known line: {best_m} m apart as {shift}, {second_m} m as the next",
    ),
    "shift_not_compared": (
        "与已知界线比较不能区分偏移：最小相差 {best_m} m，其次 {second_m} m",
        "Comparison with a known line does not tell the shift: {best_m} m apart at best, {second_m} m as the next",
    ),
    "answered": ("由使用者确认：{system}，{axis_zh}", "Stated by the user: {system}, {axis_en}"),
}

_PROBLEMS: Final[dict[str, tuple[str, str, str, str]]] = {
    "local_name": (
        "文件声明为“{name}”：独立坐标系没有地理位置",
        "The file declares {name}: a local system has no place on the earth",
        "请用控制点换算到 CGCS2000 后再导入。",
        "Convert it to CGCS2000 with control points first.",
    ),
    "declared_far": (
        "按声明的 {name} 读取，数据距乡镇 {distance_km} km",
        "Read as the declared {name}, the data lie {distance_km} km from the township",
        "请核对带号和乡镇位置。",
        "Check the zone number and the township's place.",
    ),
    "width_contradicts": (
        "文件头写 {stated_deg}° 分带、带号 {number}，但第 {number} 带只有 {natural_deg}° 带",
        "The head states {stated_deg}° zones and zone {number}, but zone {number} exists only as a {natural_deg}° "
        "zone",
        "请向提供者核对文件头。",
        "Check the head with whoever made the file.",
    ),
    "declaration_contradicts": (
        "文件声明自相矛盾：中央子午线 {one}° 与 {other}°",
        "The file contradicts itself: central meridian {one}° and {other}°",
        "请指明采用哪一条中央子午线。",
        "Say which central meridian is right.",
    ),
    "declared_contradicts": (
        "文件声明为 {name}，但坐标数值不可能属于它",
        "The file declares {name}, but the numbers cannot belong to it",
        "请核对；现按数值判读。",
        "Check it; the numbers were followed.",
    ),
    "prefix_contradicts": (
        "文件声明中央子午线 {declared_deg}°，但东坐标带号 {number} 的中央子午线是 {prefix_deg}°",
        "The file declares central meridian {declared_deg}°, but the eastings' zone number {number} has {prefix_deg}°",
        "请向提供者核对带号。",
        "Check the zone number with whoever made the file.",
    ),
    "prefix_missing": (
        "声明的坐标系 {name} 应带带号，但东坐标没有带号",
        "The declared system {name} has zone numbers in the eastings, but these have none",
        "已按同一中央子午线读取。",
        "Read with the same central meridian.",
    ),
    "prefix_unexpected": (
        "声明的坐标系 {name} 不带带号，但东坐标带有带号",
        "The declared system {name} has no zone numbers, but the eastings carry one",
        "已按同一中央子午线读取。",
        "Read with the same central meridian.",
    ),
    "axis_contradicts": (
        "按格式或列名应为{stated_zh}，但数值表明是{axis_zh}",
        "By its format or column heads the file should be {stated_en}, but the numbers prove {axis_en}",
        "已按数值读取，请核对导出设置。",
        "The numbers were followed; check the export settings.",
    ),
    "axis_unknown": (
        "两种经纬度次序都成立，且都不在中国",
        "Both orders of longitude and latitude are possible, and neither lies in China",
        "请给出所在地（--near 经度,纬度）或指明次序。",
        "State the place (--near LON,LAT) or the order.",
    ),
    "zone_unknown": (
        "不知道是哪个投影带",
        "The zone is not known",
        "请给出乡镇位置（--near 经度,纬度）、带号或 EPSG 代码。",
        "State the township's place (--near LON,LAT), the zone number or the EPSG code.",
    ),
    "several_readings": (
        "坐标有 {count} 种可能的读法：{names}",
        "The coordinates can be read in {count} ways: {names}",
        "请选择其中一种，或给出乡镇位置（--near 经度,纬度）。",
        "Choose one, or state the township's place (--near LON,LAT).",
    ),
    "angle_unknown": (
        "不能确定角度是十进制度还是度.分秒",
        "It is not certain whether the angles are decimal degrees or packed degrees.minutes-seconds",
        "请说明角度的写法。",
        "Say how the angles are written.",
    ),
    "far_from_place": (
        "数据距乡镇 {distance_km} km，超过 {limit_km} km",
        "The data lie {distance_km} km from the township, more than {limit_km} km",
        "请确认是否属于本乡镇。",
        "Check whether they belong to this township.",
    ),
    "cannot_be_near": (
        "无论怎样读，数据都不在乡镇附近：最近为 {name}，相距 {distance_km} km（上限 {limit_km} km）",
        "However they are read, the data do not lie near the township: nearest as {name}, {distance_km} km away "
        "(limit {limit_km} km)",
        "请核对乡镇位置、带号和坐标系，或向提供者索取原始资料。",
        "Check the township's place, the zone number and the reference system, or ask for the original data.",
    ),
    "outside_china": (
        "按 {name} 读取，数据不在中国境内",
        "Read as {name}, the data do not lie in China",
        "请核对坐标系。",
        "Check the reference system.",
    ),
    "mixed_systems": (
        "同一文件混有不同的坐标：{first_count} 个点像{first_zh}，{second_count} 个点像{second_zh}（第 {row} 点起）",
        "One file mixes different coordinates: {first_count} points look like {first_en}, {second_count} like "
        "{second_en} (from point {row})",
        "请按坐标系分成几个文件后导入。",
        "Split the file by reference system and import each part.",
    ),
    "mixed_zones": (
        "同一文件的东坐标有不同带号：{numbers}",
        "The eastings of one file carry different zone numbers: {numbers}",
        "请按投影带分成几个文件，或统一换算到一个带。",
        "Split the file by zone, or convert it to one zone.",
    ),
    "no_coordinates": (
        "文件中没有可用的坐标",
        "The file holds no usable coordinates",
        "请检查导出的内容。",
        "Check what was exported.",
    ),
    "no_reading": (
        "坐标数值（例如 {first}, {second}）不像经纬度，也不像任何已知的平面坐标，可能是独立坐标系",
        "The numbers (for example {first}, {second}) are neither longitude and latitude nor any known plane "
        "coordinates; perhaps a local system",
        "请声明 EPSG 代码，或用控制点换算后再导入。",
        "State the EPSG code, or convert the data with control points first.",
    ),
    "shift_unknown": (
        "不知道坐标有没有手机地图偏移，暂不计算正式面积",
        "It is not known whether a phone map shifted the coordinates; no area of record is computed",
        "请说明来源（接收机、高德/腾讯、百度），或用实地同名点比较。",
        "Say where they come from (receiver, Amap or Tencent, Baidu), or compare points seen on the ground.",
    ),
    "shift_contradicts": (
        "来源 {app} 的坐标通常带偏移，但文件声明为 {name}",
        "Coordinates from {app} are usually shifted, but the file declares {name}",
        "请确认坐标是否已经纠偏。",
        "Check whether they have been corrected.",
    ),
    "baidu_mercator": (
        "这是百度地图的平面坐标（BD-09 墨卡托），不能可靠还原",
        "These are Baidu's plane coordinates (BD-09 Mercator), which cannot be undone reliably",
        "请从百度导出经纬度，或用控制点换算。",
        "Export longitude and latitude from Baidu, or use control points.",
    ),
    "datum_untransformable": (
        "声明的坐标系 {name} 与 CGCS2000 之间没有可靠的公开转换",
        "There is no reliable published transformation from the declared {name} to CGCS2000",
        "请索取 CGCS2000 成果，或提供本地控制点。",
        "Ask for CGCS2000 data, or give local control points.",
    ),
    "far_from_meridian": (
        "数据离中央子午线 {offset_deg}°，超出该 {width_deg}° 带通常的范围",
        "The data lie {offset_deg}° from the central meridian, beyond the usual reach of a {width_deg}° zone",
        "请核对带号。",
        "Check the zone number.",
    ),
}


def reason(code: str, **facts: object) -> Reason:
    """Return the reason with this code, its sentences filled in."""
    zh, en = _REASONS[code]
    return Reason(code=code, zh=zh.format(**facts), en=en.format(**facts))


def problem(code: str, **facts: object) -> Problem:
    """Return the doubt with this code, its sentences filled in."""
    what_zh, what_en, remedy_zh, remedy_en = _PROBLEMS[code]
    return Problem(code, what_zh.format(**facts), what_en.format(**facts), "", remedy_zh, remedy_en)

"""The sentences about files: what is wrong, where, the limit, and what to do; Chinese and English."""

from __future__ import annotations

from geo.errors import FileError, Problem

__all__ = ["SENTENCES", "problem", "refusal"]

SENTENCES: dict[str, tuple[str, str, str, str]] = {
    # code: (what zh, what en, what to do zh, what to do en)
    "file_missing": (
        "找不到文件 {name}",
        "File {name} is not there",
        "请检查路径。",
        "Check the path.",
    ),
    "file_unreadable": (
        "文件 {name} 打不开：{detail}",
        "File {name} cannot be opened: {detail}",
        "请检查是否为文件夹、是否被占用、是否有读取权限。",
        "Check that it is a file, not in use, and that you may read it.",
    ),
    "empty_file": (
        "文件 {name} 是空的",
        "File {name} is empty",
        "请重新导出或重新拷贝后再试。",
        "Export or copy it again.",
    ),
    "file_too_large": (
        "文件 {name} 有 {size_mb} MB，上限 {limit_mb} MB",
        "File {name} has {size_mb} MB, limit {limit_mb} MB",
        "请只导出需要的村或图层。",
        "Export only the village or layer needed.",
    ),
    "too_slow": (
        "读取 {name} 超过 {limit_s} 秒，已停止，没有存入任何内容",
        "Reading {name} took more than {limit_s} s and was stopped; nothing was stored",
        "请拆成较小的文件后再试。",
        "Split it into smaller files.",
    ),
    "too_much_memory": (
        "读取 {name} 需要的内存超过 {limit_mb} MB，已停止，没有存入任何内容",
        "Reading {name} needs more than {limit_mb} MB of memory and was stopped; nothing was stored",
        "请拆成较小的文件后再试。",
        "Split it into smaller files.",
    ),
    "reader_died": (
        "文件 {name} 使读取程序中断（{detail}），没有存入任何内容",
        "File {name} made the reader stop ({detail}); nothing was stored",
        "文件很可能已损坏：请从原软件重新导出。",
        "It is probably damaged: export it again from its own program.",
    ),
    "format_unknown": (
        "认不出文件 {name} 的内容",
        "The content of {name} is of no known kind",
        "可用：Shapefile（压缩包）、KML/KMZ、GPX、CASS dat、报批坐标 txt、DXF、Excel/CSV、GeoJSON、GeoPackage。",
        "Usable: zipped shapefile, KML/KMZ, GPX, CASS dat, land-approval txt, DXF, Excel/CSV, GeoJSON, "
        "GeoPackage.",
    ),
    "format_not_taken": (
        "文件 {name} 是 {kind}，不能直接读取",
        "File {name} is {kind}, which cannot be read",
        "{remedy_zh}",
        "{remedy_en}",
    ),
    "damaged": (
        "文件 {name} 已损坏（{where_in}）：{detail}",
        "File {name} is damaged ({where_in}): {detail}",
        "请从原软件重新导出，或重新拷贝。",
        "Export it again from its own program, or copy it again.",
    ),
    "no_features": (
        "文件 {name}（{format}）里没有点、线或面",
        "File {name} ({format}) holds no points, lines or areas",
        "请检查是否导出了正确的图层。",
        "Check that the right layer was exported.",
    ),
    "no_usable_features": (
        "文件 {name}（{format}）里没有一个可用的图形；共 {count} 个问题，第一个：{first_zh}",
        "File {name} ({format}) holds no usable shape; {count} problems, the first: {first_en}",
        "请改正后重新导出。",
        "Correct it and export it again.",
    ),
    "only_links": (
        "文件 {name} 只有网络链接或图片叠加，没有图形；本程序不会上网去取",
        "File {name} only links to the network or overlays a picture; nothing is fetched",
        "请在原软件里打开后另存为包含图形的 KML。",
        "Open it in its own program and save a KML that holds the shapes.",
    ),
    "xml_entities": (
        "文件 {name} 声明了 XML 实体，可能是攻击，已拒绝",
        "File {name} declares XML entities, which can be an attack: refused",
        "请从原软件重新导出（正常的 {format} 不含实体声明）。",
        "Export it again (a sound {format} declares none).",
    ),
    "too_deep": (
        "文件 {name} 的嵌套超过 {limit} 层",
        "File {name} is nested deeper than {limit} levels",
        "文件不正常：请从原软件重新导出。",
        "This is not a sound file: export it again from its own program.",
    ),
    "archive_entries": (
        "压缩包 {name} 有 {count} 个条目，上限 {limit}",
        "Archive {name} has {count} entries, limit {limit}",
        "请只压缩需要的图层。",
        "Zip only the layers needed.",
    ),
    "archive_bomb": (
        "压缩包 {name} 里的 {member} 展开后 {size_mb} MB（压缩比 {ratio}），超过上限",
        "Member {member} of archive {name} unpacks to {size_mb} MB (ratio {ratio}), over the limit",
        "这样的压缩包可能是攻击；如属正常数据，请解压后拆分再导入。",
        "Such an archive can be an attack; if it is sound, unpack and split it first.",
    ),
    "archive_locked": (
        "压缩包 {name} 设有密码",
        "Archive {name} is locked with a password",
        "请解压后重新压缩，不设密码。",
        "Unpack it and zip it again without a password.",
    ),
    "archive_nothing": (
        "压缩包 {name} 里没有可以读取的文件（共 {count} 个条目{unsafe_zh}）",
        "Archive {name} holds nothing that can be read ({count} entries{unsafe_en})",
        "压缩包里应有 .shp/.dbf/.shx、KML、GeoPackage 等。",
        "It should hold .shp/.dbf/.shx, KML, GeoPackage or the like.",
    ),
    "archive_unsafe_name": (
        "压缩包中的条目 {member} 指向包外的位置，未读取",
        "Archive entry {member} points outside the archive and was not read",
        "请确认压缩包的来源。",
        "Make sure where the archive comes from.",
    ),
    "member_skipped": (
        "压缩包中的 {member} 未能导入：{zh}",
        "Member {member} of the archive was not imported: {en}",
        "可单独导入该文件。",
        "Import that file on its own.",
    ),
    "other_reference_system": (
        "图层 {layer} 的坐标系与其他图层不同，未导入",
        "Layer {layer} has another reference system than the others and was not imported",
        "请单独导入该图层。",
        "Import that layer on its own.",
    ),
    "encoding_guessed": (
        "文字编码标明为 {declared}，实际按 {used} 读取",
        "The text encoding is declared as {declared} but was read as {used}",
        "请核对名称是否正确。",
        "Check that the names read right.",
    ),
    "encoding_lossy": (
        "有文字无法按 {used} 读取，已用 � 代替",
        "Some text is not {used} and was replaced by �",
        "请以 UTF-8 或 GB18030 重新导出。",
        "Export again in UTF-8 or GB18030.",
    ),
    "cut_short": (
        "文件在{where_in}处中断：{detail}；中断之前的内容已读取",
        "The file breaks off at {where_in}: {detail}; what comes before was read",
        "请重新拷贝或重新导出，以免缺少图形。",
        "Copy or export it again, so that nothing is missing.",
    ),
    "vertex_not_finite": (
        "图形有坐标不是数字（顶点 {vertex}）",
        "A coordinate is not a number (vertex {vertex})",
        "该图形未导入：请改正后重新导出。",
        "The shape was left out: correct it and export again.",
    ),
    "vertex_out_of_range": (
        "坐标超出可能范围（顶点 {vertex}：{first}, {second}；纬度上限 ±90，经度上限 ±180）",
        "A coordinate cannot be (vertex {vertex}: {first}, {second}; latitude within ±90, longitude within ±180)",
        "该图形未导入：请改正后重新导出。",
        "The shape was left out: correct it and export again.",
    ),
    "point_not_finite": (
        "有 {count} 个点的坐标缺失或不是数字（第一个：第 {vertex} 点），未导入",
        "Points without a coordinate that is a number: {count}, the first is point {vertex}; left out",
        "请检查原始记录。",
        "Check the record.",
    ),
    "point_out_of_range": (
        "有 {count} 个点的经纬度超出可能范围（第一个：第 {vertex} 点 {first}, {second}），未导入",
        "Points with an impossible longitude or latitude: {count}, the first is point {vertex} ({first}, "
        "{second}); left out",
        "请检查原始记录。",
        "Check the record.",
    ),
    "point_zero_zero": (
        "有 {count} 个点位于经纬度 0, 0（第一个：第 {vertex} 点），是未定位的记录，未用于图形",
        "Points at 0, 0: {count}, the first is point {vertex}; not positioned, not used in the shape",
        "无需处理；如其他点也可疑，请检查设备。",
        "Nothing to do; check the device if other points look wrong too.",
    ),
    "ring_snapped": (
        "环未完全闭合，首尾相距 {gap_m} m（顶点 {vertex}，限差 {limit_m} m），已闭合",
        "Ring was not quite closed: gap {gap_m} m at vertex {vertex}, limit {limit_m} m; it was closed",
        "无需处理。",
        "Nothing to do.",
    ),
    "ring_not_closed": (
        "环未闭合：首尾相距 {gap_m} m（顶点 {vertex}），限差 {limit_m} m；按线导入，不计面积",
        "Ring is not closed: gap {gap_m} m at vertex {vertex}, limit {limit_m} m; taken as a line, without area",
        "请在原软件里闭合，或确认首尾相连即为界线。",
        "Close it in its own program, or confirm that last and first point are joined.",
    ),
    "ring_too_short": (
        "环只有 {count} 个不同的点，不能围成面",
        "A ring has {count} distinct points and cannot enclose an area",
        "该部分未导入：请补测。",
        "That part was left out: measure again.",
    ),
    "zero_area": (
        "图形面积为零",
        "The shape has no area",
        "该图形未导入：请检查是否漏点。",
        "The shape was left out: check for missing points.",
    ),
    "line_too_short": (
        "线只有 {count} 个不同的点",
        "A line has {count} distinct points",
        "该线未导入。",
        "The line was left out.",
    ),
    "duplicate_vertices": (
        "有 {count} 个连续重复的顶点，已合并",
        "Vertices that repeat the one before: {count}; they were merged",
        "无需处理。",
        "Nothing to do.",
    ),
    "invalid_shape": (
        "图形不合规则：{reason_zh}，位置 {first}, {second}",
        "The shape is not valid: {reason_en} at {first}, {second}",
        "已保留原样，面积仅供参考：请在地图上改正顶点。",
        "Kept as it is, its area is not to be relied on: correct the vertices on the map.",
    ),
    "spike": (
        "图形在顶点 {vertex} 处有尖刺（往返重合）",
        "The shape has a spike at vertex {vertex} (out and back on itself)",
        "已保留原样：请检查该点。",
        "Kept as it is: check that point.",
    ),
    "feature_without_shape": (
        "有 {count} 条记录没有图形（第一条：{first}）",
        "Records without a shape: {count}, the first is {first}",
        "未导入；如不应为空，请检查原文件。",
        "Left out; check the file if they should have one.",
    ),
    "shape_kind_skipped": (
        "有 {count} 个 {kind} 不能作为界线或地块，未导入",
        "Objects of kind {kind}: {count}; they cannot be a line or plot and were left out",
        "如需要，请在原软件里转成线或面。",
        "If needed, turn them into lines or areas in their own program.",
    ),
    "mixed_kinds": (
        "文件里同时有 {points} 个点、{lines} 条线、{areas} 个面",
        "The file mixes {points} points, {lines} lines and {areas} areas",
        "请确认每个图形的用途。",
        "Say what each is for.",
    ),
    "point_count_differs": (
        "标明 {declared} 个界址点，实有 {found} 个",
        "{declared} points are declared, {found} are there",
        "请核对是否漏点。",
        "Check for missing points.",
    ),
    "declared_area_differs": (
        "标明面积 {declared_ha} 公顷，按坐标计算为 {computed_ha} 公顷（平面面积），相差 {difference_m2} m²",
        "{declared_ha} ha are declared, the coordinates give {computed_ha} ha (plane area): "
        "{difference_m2} m² apart",
        "请核对坐标与面积以哪一个为准。",
        "Check which of the two is right.",
    ),
    "row_unreadable": (
        "有 {count} 行不能读取（第一处：{first}）",
        "Rows that cannot be read: {count}, the first is {first}",
        "请检查这些行。",
        "Check those rows.",
    ),
    "no_coordinate_columns": (
        "表格 {name} 里找不到坐标列",
        "Table {name} has no coordinate columns",
        "表头应有：X/Y、东坐标/北坐标、经度/纬度 或 lon/lat、easting/northing。",
        "Its heading should name X/Y, east/north, longitude/latitude, lon/lat or easting/northing.",
    ),
    "formula_without_value": (
        "有 {count} 个坐标单元格是公式而没有保存结果",
        "Coordinate cells that are formulas without a saved result: {count}",
        "请在 Excel 中打开后另存，或粘贴为数值。",
        "Open and save it in Excel, or paste as values.",
    ),
    "shx_missing": (
        "缺少 .shx，已由 .shp 逐条读取",
        "The .shx is missing; the .shp was read record by record",
        "无需处理；压缩时最好带上全部文件。",
        "Nothing to do; better zip all parts.",
    ),
    "dbf_missing": (
        "缺少 .dbf，图形没有属性（户主、编号）",
        "The .dbf is missing: the shapes have no attributes (owner, code)",
        "如需属性，请连同 .dbf 一起压缩。",
        "Zip the .dbf too if you need them.",
    ),
    "shp_missing": (
        "{stem} 缺少 .shp，没有图形",
        "{stem} has no .shp and so no shapes",
        "请连同 .shp 一起提供。",
        "Bring the .shp too.",
    ),
    "prj_missing": (
        "缺少 .prj，坐标系由坐标推断或由您指定",
        "The .prj is missing: the reference system is inferred or asked for",
        "请核对推断的坐标系。",
        "Check the reference system found.",
    ),
    "dbf_damaged": (
        "属性表 .dbf 已损坏：{detail}",
        "The attribute table .dbf is damaged: {detail}",
        "图形已读取，属性不全：请重新导出。",
        "The shapes were read, attributes are incomplete: export again.",
    ),
    "record_count_differs": (
        "图形 {shapes} 个，属性 {rows} 行，数目不同",
        "{shapes} shapes but {rows} attribute rows",
        "按顺序对应，请核对名称。",
        "Matched in order: check the names.",
    ),
    "record_damaged": (
        "第 {record} 条记录已损坏：{detail}",
        "Record {record} is damaged: {detail}",
        "该图形未导入：请重新导出。",
        "The shape was left out: export again.",
    ),
    "time_unreadable": (
        "有 {count} 个时间不能读取（第一个：第 {vertex} 点“{first}”）",
        "Time stamps that cannot be read: {count}, the first at point {vertex}, “{first}”",
        "位置已保留，时间留空。",
        "Positions are kept, those times are left empty.",
    ),
    "time_unbelievable": (
        "有 {count} 个时间不可信（第一个：第 {vertex} 点 {first}）",
        "Time stamps not to be believed: {count}, the first at point {vertex}, {first}",
        "位置已保留；请检查设备时钟。",
        "Positions are kept; check the device's clock.",
    ),
    "time_backwards": (
        "有 {count} 处时间倒退（第一处：第 {vertex} 点）",
        "Places where time runs backwards: {count}, the first at point {vertex}",
        "点的次序按文件保留。",
        "Points keep the order of the file.",
    ),
    "several_files_one_name": (
        "有两个同名文件 {name}，第 {number} 个按内容单独导入",
        "Two files are named {name}; number {number} is kept apart by its content",
        "请核对是否重复提供。",
        "Check whether it was brought twice.",
    ),
    "same_content": (
        "{name} 与 {other} 内容完全相同",
        "{name} has the same content as {other}",
        "只用其中一个。",
        "Use one of them.",
    ),
    "points_joined": (
        "文件只有点：已按次序连成{kind_zh}供选用",
        "The file has only points: joined in order to a {kind_en} to choose from",
        "请确认点的次序就是界线的走向。",
        "Make sure that their order is that of the boundary.",
    ),
}


def problem(code: str, where: str = "", **facts: object) -> Problem:
    """Return the listed problem ``code`` with its ``facts`` filled in."""
    given = _Given(_on_one_line(facts))
    what_zh, what_en, remedy_zh, remedy_en = (text.format_map(given) for text in SENTENCES[code])
    return Problem(code, what_zh, what_en, where, remedy_zh, remedy_en)


def refusal(code: str, where: str = "", **facts: object) -> FileError:
    """Return the error ``code``: one sentence of what, where and limit, then what to do."""
    what_zh, what_en, remedy_zh, remedy_en = SENTENCES[code]
    zh, en = f"{what_zh}。{remedy_zh}", f"{what_en}. {remedy_en}"
    return FileError(code, zh=zh, en=en, where=where, **_on_one_line(facts))


def _on_one_line(facts: dict[str, object]) -> dict[str, object]:
    """Return the facts with every text on one line, so that a sentence is one line whatever a file says."""
    return {key: " ".join(value.split()) if isinstance(value, str) else value for key, value in facts.items()}


class _Given(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"

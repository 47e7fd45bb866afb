"""The tables of disputes: cases, what is brought to them, what comes out, and the papers."""

from __future__ import annotations

import sqlalchemy as sa

from data.store import define

__all__ = ["add_dispute_tables"]


def add_dispute_tables(tables: sa.MetaData, epsg: int) -> None:
    """Add every table that belongs to a case."""
    _dispute(tables, epsg)
    _material(tables, epsg)
    _outcome(tables, epsg)
    _papers(tables, epsg)


def _dispute(tables: sa.MetaData, epsg: int) -> None:
    define.record(
        tables,
        "dispute",
        "纠纷案件",
        sa.Column("number", sa.Text, nullable=False, unique=True),
        define.text("title", info={"personal": True}),
        *define.choice(
            "state",
            "open",
            "chosen",
            "printed",
            "settled",
            "reopened",
            "referred",
            "failed",
            "withdrawn",
        ),
        *define.choice("level", "household", "unit", "administrative"),
        *define.choice("land_use", "grassland", "cropland", "woodland"),
        define.link("unit_id", "unit"),
        define.link("plot_a_id", "plot"),
        define.link("plot_b_id", "plot"),
        define.link("party_a_id", "party"),
        define.link("party_b_id", "party"),
        define.json("settings"),
        sa.Column(
            "chosen_proposal_id",
            sa.Integer,
            sa.ForeignKey("proposal.fid", use_alter=True, name="dispute_chosen_proposal"),
        ),
        define.json("arrangement"),
        define.time("status_quo_until"),
        define.time("opened_at"),
        define.time("closed_at"),
        define.time("put_away_at"),
        define.shape("POINT", epsg),
    )


def _material(tables: sa.MetaData, epsg: int) -> None:
    define.record(
        tables,
        "case_file",
        "案件文件",
        define.link("case_id", "dispute", required=True),
        define.personal("name"),
        define.text("sha256"),
        define.text("format"),
        sa.Column("size_bytes", sa.Integer, nullable=False, server_default="0"),
        define.json("recognition"),
        define.json("overrides"),
        define.json("problems", "[]"),
        define.time("added_at"),
        define.time("put_away_at"),
    )
    _case_lines(tables, epsg)


def _case_lines(tables: sa.MetaData, epsg: int) -> None:
    define.record(
        tables,
        "case_line",
        "案件线",
        define.link("case_id", "dispute", required=True),
        *define.choice(
            "role",
            "claim_a",
            "claim_b",
            "decision",
            "agreement",
            "certificate",
            "contract",
            "measured",
            "old_map",
            "natural",
        ),
        define.text("label", info={"personal": True}),
        define.text("claimant_side", None),
        define.number("sigma_own_m"),
        define.number("sigma_common_m"),
        define.number("declared_area_m2"),
        define.link("file_id", "case_file"),
        define.text("feature_key"),
        define.time("put_away_at"),
        define.shape("GEOMETRY", epsg, required=True),
    )
    define.record(
        tables,
        "case_point",
        "案件固定点",
        define.link("case_id", "dispute", required=True),
        *define.choice("kind", "common", "three_way"),
        define.text("name"),
        define.shape("POINT", epsg, required=True),
    )


def _outcome(tables: sa.MetaData, epsg: int) -> None:
    define.record(
        tables,
        "proposal",
        "方案线",
        define.link("case_id", "dispute", required=True),
        define.text("name"),
        define.text("inputs_sha256"),
        define.json("finding"),
        define.time("made_at"),
        define.shape("LINESTRING", epsg),
    )
    define.record(
        tables,
        "agreement",
        "协议",
        define.link("case_id", "dispute", required=True),
        sa.Column("number", sa.Integer, nullable=False),
        define.text("scan_sha256"),
        define.text("proposal"),
        define.json("plot_ids", "[]"),
        define.json("arrangement"),
        define.time("signed_at"),
        define.time("recorded_at"),
        define.time("reopened_at"),
        define.shape("LINESTRING", epsg),
        sa.UniqueConstraint("case_id", "number", name="agreement_once"),
    )
    define.record(
        tables,
        "joined_party",
        "参与人",
        define.link("case_id", "dispute", required=True),
        define.link("party_id", "party", required=True),
        define.link("plot_id", "plot"),
        *define.choice("reason", "neighbour", "side_a", "side_b", "issuer", "other"),
        sa.Column("must_join", sa.Boolean, nullable=False, server_default="1"),
        define.time("notified_at"),
        define.text("notice_way"),
        *define.choice("presence", "unknown", "present", "proxy", "absent"),
        define.personal("proxy_name"),
        define.time("signed_at"),
        sa.UniqueConstraint("case_id", "party_id", "plot_id", name="joined_once"),
    )


def _papers(tables: sa.MetaData, epsg: int) -> None:
    define.record(
        tables,
        "note",
        "记事",
        define.link("case_id", "dispute", required=True),
        define.text("kind"),
        define.personal("text"),
        define.time("written_at"),
        define.text("written_by"),
    )
    define.record(
        tables,
        "issued_document",
        "文书",
        define.link("case_id", "dispute"),
        define.text("kind"),
        define.personal("name"),
        define.text("sha256"),
        define.time("stamped_at"),
        define.text("issued_by"),
    )
    define.record(
        tables,
        "evidence",
        "证据",
        define.link("case_id", "dispute"),
        *define.choice("kind", "photo", "scan", "file"),
        define.personal("name"),
        define.text("sha256"),
        define.text("media_type"),
        sa.Column("size_bytes", sa.Integer, nullable=False, server_default="0"),
        sa.Column("sensitive", sa.Boolean, nullable=False, server_default="0"),
        define.time("added_at"),
        define.text("taken_at"),
        define.number("lon_deg"),
        define.number("lat_deg"),
        define.shape("POINT", epsg),
    )

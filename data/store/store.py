"""The one interface to a township's records."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, ExitStack
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from shapely.geometry import LineString

from data.store import contents, migrations, openings, triggers
from data.store.accounts import Accounts
from data.store.cases import Cases
from data.store.changes import Change, Changes, Clock
from data.store.checks import StoreReport, check
from data.store.engine import Database, raw
from data.store.evidence import EvidenceBox
from data.store.files import network_problem
from data.store.history import History
from data.store.lines import BoundaryLines
from data.store.lock import WriterLock
from data.store.log import Log
from data.store.parties import JoinedParties, Notes, Parties
from data.store.plots import Plots
from data.store.records import (
    Agreement,
    Case,
    CaseFile,
    CaseLine,
    CasePoint,
    Feature,
    FeatureKind,
    Household,
    IssuedDocument,
    Json,
    Marker,
    ProposalRecord,
    Surface,
    Unit,
)
from data.store.rows import Rows
from data.store.schema import FEATURE_TABLES, metadata
from data.store.settings import Settings
from data.store.settlement import Settlement
from data.store.vault import Vault
from geo.crs import Zone, zone_from_epsg
from geo.errors import Problem

__all__ = ["Store"]


class Store:
    """An open township: one GeoPackage file, its accounts, its evidence.

    Read freely, from any thread. Write inside :meth:`change` only; what is written there becomes effective
    together, with history and one sealed log entry, or not at all. Keep one ``Store`` for a whole process.

    Attributes
    ----------
    path : Path
        The GeoPackage.
    zone : Zone
        The working zone; every geometry in and out is in its plane.
    problems : tuple of Problem
        What was found, and mended where it could be, at opening.
    units, households, parties, plots, boundary_lines, markers
        The land and its people.
    cases, case_files, case_lines, case_points, proposals, agreements, joined, notes, documents
        The disputes; ``find(case_id=…)`` gives what belongs to one.
    evidence, accounts, settings, log, history
        Files by digest, who may log in, JSON values, the sealed chain, every change of every row.
    """

    def __init__(
        self, path: Path, *, clock: Clock, address: str = "", read_only: bool = False, epsg: int | None = None
    ) -> None:
        self.path = path
        self.read_only = read_only
        self.clock = clock
        self._lock = None if read_only else WriterLock(path, address=address)
        try:
            self._database = Database(path, read_only=read_only)
            self.zone: Zone = zone_from_epsg(epsg or openings.read_epsg(self._database))
            self._tables = metadata(self.zone.epsg)
            self._build()
            self.problems = self._start()
        except BaseException:
            self._release()
            raise

    @classmethod
    def create(cls, path: Path, *, epsg: int, name: str, clock: Clock, address: str = "") -> Self:
        """Make a new township's file and open it for writing.

        Parameters
        ----------
        path : Path
            A new file ending in ``.gpkg``; its folder is made when it is not there.
        epsg : int
            The working CRS: CGCS2000, 3° zone without zone number in the easting (4534-4554).
        name : str
            The township's name.

        Raises
        ------
        StoreError
            ``store_exists``; ``store_crs`` when ``epsg`` is no working zone.
        """
        openings.refuse_existing(path)
        openings.refuse_other_crs(epsg)
        path.parent.mkdir(parents=True, exist_ok=True)
        openings.make(path, epsg=epsg, name=name, at=clock())
        return cls(path, clock=clock, address=address)

    @classmethod
    def open(cls, path: Path, *, clock: Clock, address: str = "", read_only: bool = False) -> Self:
        """Open a township's file.

        Parameters
        ----------
        clock : callable
            Gives the present as aware time.
        address : str
            Where this process can be reached; told to whoever tries to write beside it.
        read_only : bool
            Only read: needs no lock, so that a check or backup runs beside the app.

        Raises
        ------
        StoreError
            ``store_missing``, ``store_foreign`` (a file of another kind), ``store_damaged``, ``store_newer``,
            ``store_older`` (reading only), ``store_in_use``, ``store_unsafe_setting``.
        """
        openings.refuse_missing(path)
        with openings.damage_as_sentence(path):
            return cls(path, clock=clock, address=address, read_only=read_only)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Write everything into the file and give the lock back; harmless when called twice."""
        if not self.read_only and self._lock is not None:
            with self._database.write() as connection:
                contents.refresh(raw(connection), self._tables, self.clock())
        self._release()

    @property
    def name(self) -> str:
        """The township's name."""
        return str(self.settings.get("township.name", ""))

    @property
    def accounts(self) -> Accounts:
        """Who may log in.

        Raises
        ------
        StoreError
            ``accounts_missing`` when a file without its accounts is open for reading.
        """
        if not self.has_accounts:
            raise openings.accounts_missing(self.path)
        return self._accounts

    def change(self, *, by: str, action: str, why: str = "") -> AbstractContextManager[Change]:
        """Open a change: everything written inside becomes effective together, or nothing.

        Parameters
        ----------
        by : str
            The account's id (``"u3"``), or ``"system"``.
        action : str
            A stable word for the log, like ``"case.open"``.
        why : str
            The reason, for history.

        Yields
        ------
        Change
            With ``at``, the change's time; ``note("export:2026-017")`` names further objects in the log.

        Raises
        ------
        StoreError
            ``store_read_only``, ``store_busy``.
        """
        return self._changes.open(by=by, action=action, why=why)

    def features(self, kind: FeatureKind) -> Rows[Feature]:
        """Return the roads, streams, ridges or county lines."""
        return self._features[kind]

    def record_agreement(
        self,
        case: Case,
        *,
        scan_sha256: str,
        changed: Mapping[int, Surface],
        line: LineString | None,
        proposal: str = "",
        arrangement: Json | None = None,
        signed_at: datetime | None = None,
    ) -> Agreement:
        """Make a signed agreement effective: the plots change together in the agreed state.

        Certificates' shapes are untouched; what was agreed before stands in history. The seams of the
        neighbourhood are checked inside the transaction; when they would break, nothing is stored.

        Parameters
        ----------
        case : Case
            As it was read; a stale one is refused.
        scan_sha256 : str
            The signed copy's digest in :attr:`evidence`, verified here.
        changed : mapping of int to Surface
            New agreed shapes by plot number, neighbours that only gain a vertex included; empty for an
            arrangement that is no line.
        line : LineString or None
            The agreed line.

        Raises
        ------
        StoreError
            ``coverage_broken``; ``referred_not_settled`` for units and administrative lines;
            ``case_settled``; ``absent_neighbour_moved``; ``stale_version``; ``evidence_missing``,
            ``evidence_altered``.
        GeometryError
            ``plot_shape_invalid``.
        """
        return self._settlement.record(
            case,
            scan_sha256=scan_sha256,
            changed=changed,
            line=line,
            proposal=proposal,
            arrangement=arrangement,
            signed_at=signed_at,
        )

    def reopen(self, case: Case) -> Case:
        """Reopen a closed case; plots, line and agreement stay as they are until a new agreement.

        Raises
        ------
        StoreError
            ``case_not_closed``, ``stale_version``.
        """
        return self._settlement.reopen(case)

    def set_styles(self, styles: Mapping[str, tuple[str, str]]) -> None:
        """Give QGIS its symbols: by table name, the QML and the SLD text."""
        contents.set_styles(raw(self._database.writing()), self._tables, styles, self._changes.current().at)

    def layers(self) -> tuple[str, ...]:
        """Return the names of the tables that have shapes, as QGIS lists them."""
        return contents.layer_names(self._tables)

    def check(self, expected_head: tuple[int, str] | None = None) -> StoreReport:
        """Check rows, chain, seams, triggers, indexes and evidence; see :class:`StoreReport`."""
        return check(
            self._database, self._tables, self.log, self.plots, self.evidence, self.settings, expected_head
        )

    def copy_to(self, target: Path) -> None:
        """Write a consistent copy of the GeoPackage alone, for QGIS or another office."""
        self._database.copy_to(target)

    def _build(self) -> None:
        database, tables = self._database, self._tables
        self.settings = Settings(database, tables)
        self.log = Log(database, tables)
        self.history = History(database, tables)
        self._changes = Changes(database, self.log, self.clock)
        self._build_land()
        self._build_cases()
        folder, key, accounts = openings.companions(self.path)
        self.evidence = EvidenceBox(
            database, tables, self._changes, folder=folder, vault=Vault(key), zone=self.zone
        )
        self.has_accounts = not self.read_only or accounts.exists()
        if self.has_accounts:
            self._accounts = Accounts(accounts, clock=self.clock, tell=self._tell, read_only=self.read_only)
        self._settlement = Settlement(
            database,
            tables,
            self._changes,
            cases=self.cases,
            plots=self.plots,
            lines=self.boundary_lines,
            evidence=self.evidence,
            joined=self.joined,
        )

    def _build_land(self) -> None:
        database, tables = self._database, self._tables
        self.units = Rows(database, tables.tables["unit"], Unit)
        self.households = Rows(database, tables.tables["household"], Household)
        self.parties = Parties(database, tables, self._changes)
        self.plots = Plots(database, tables)
        self.boundary_lines = BoundaryLines(database, tables)
        self.markers = Rows(database, tables.tables["marker"], Marker)
        self._features = {
            kind: Rows(database, tables.tables[table], Feature) for kind, table in FEATURE_TABLES.items()
        }

    def _build_cases(self) -> None:
        database, tables = self._database, self._tables
        self.cases = Cases(database, tables, self._changes)
        self.case_files = Rows(database, tables.tables["case_file"], CaseFile)
        self.case_lines = Rows(database, tables.tables["case_line"], CaseLine)
        self.case_points = Rows(database, tables.tables["case_point"], CasePoint)
        self.proposals = Rows(database, tables.tables["proposal"], ProposalRecord)
        self.agreements = Rows(database, tables.tables["agreement"], Agreement)
        self.joined = JoinedParties(database, tables)
        self.notes = Notes(database, tables, self._changes)
        self.documents = Rows(database, tables.tables["issued_document"], IssuedDocument)

    def _start(self) -> tuple[Problem, ...]:
        """Bring the file up to date and whole; return what had to be said."""
        found = [network_problem(self.path)]
        with self._database.read() as connection:
            lacking = migrations.pending(connection, str(self.path))
        if self.read_only:
            openings.refuse_older(self.path, lacking)
            return tuple(problem for problem in found if problem is not None)
        with self._database.write() as connection:
            migrations.apply(connection, lacking, self.clock())
            lost = triggers.restore(raw(connection), self._tables)
            found.append(None if lacking else openings.restored(self.path, lost))
            adopted = self.log.adopt_outside(connection, self.clock())
        found.append(openings.edited_outside(self.path) if adopted else None)
        return tuple(problem for problem in found if problem is not None)

    def _tell(self, by: str, action: str, account_id: str) -> None:
        with self.change(by=by, action=action) as change:
            change.note(f"account:{account_id}")

    def _release(self) -> None:
        """Close what was opened, as far as opening came; the lock last, and whatever happens."""
        with ExitStack() as closing:
            if self._lock is not None:
                closing.callback(self._lock.release)
                self._lock = None
            for name in ("_database", "_accounts"):
                if hasattr(self, name):
                    closing.callback(getattr(self, name).close)

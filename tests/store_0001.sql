PRAGMA application_id = 1196444487;
PRAGMA user_version = 10400;
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '', last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')), min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER, CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL, CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name UNIQUE (table_name), CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name), CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
CREATE TABLE gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
CREATE TABLE migration (
 name TEXT NOT NULL, 
 applied_at DATETIME, 
 program TEXT DEFAULT '' NOT NULL, 
 PRIMARY KEY (name)
);
CREATE TABLE setting (
 fid INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
 version INTEGER DEFAULT '1' NOT NULL, 
 "key" TEXT NOT NULL, 
 value TEXT DEFAULT 'null' NOT NULL, 
 UNIQUE ("key")
);
CREATE TABLE change_context (
 fid INTEGER NOT NULL CHECK (fid = 1), 
 at TEXT, 
 who TEXT, 
 why TEXT, 
 PRIMARY KEY (fid)
);
CREATE TABLE history (
 fid INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
 at DATETIME NOT NULL, 
 who TEXT NOT NULL, 
 why TEXT, 
 table_name TEXT NOT NULL, 
 row_id INTEGER NOT NULL, 
 operation TEXT NOT NULL, 
 "before" TEXT, 
 "after" TEXT, 
 before_geom BLOB, 
 after_geom BLOB
);
CREATE TABLE log (
 seq INTEGER NOT NULL, 
 at TEXT NOT NULL, 
 who TEXT NOT NULL, 
 action TEXT NOT NULL, 
 objects TEXT NOT NULL, 
 digest TEXT NOT NULL, 
 history_to INTEGER NOT NULL, 
 previous TEXT NOT NULL, 
 hash TEXT NOT NULL, 
 PRIMARY KEY (seq), 
 UNIQUE (hash)
);
CREATE TABLE unit (
 fid INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
 version INTEGER DEFAULT '1' NOT NULL, 
 tier TEXT DEFAULT '' NOT NULL, 
 code TEXT NOT NULL, 
 name TEXT DEFAULT '' NOT NULL, 
 parent_id INTEGER, 
 geom MULTIPOLYGON, 
 UNIQUE (code), 
 FOREIGN KEY(parent_id) REFERENCES unit (fid)
);
CREATE TABLE feature_road (
 fid INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
 version INTEGER DEFAULT '1' NOT NULL, 
 name TEXT DEFAULT '' NOT NULL, 
 class_name TEXT DEFAULT '' NOT NULL, 
 geom MULTILINESTRING NOT NULL
);
CREATE TABLE feature_stream (
 fid INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
 version INTEGER DEFAULT '1' NOT NULL, 
 name TEXT DEFAULT '' NOT NULL, 
 class_name TEXT DEFAULT '' NOT NULL, 
 geom MULTILINESTRING NOT NULL
);
CREATE TABLE feature_ridge (
 fid INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
 version INTEGER DEFAULT '1' NOT NULL, 
 name TEXT DEFAULT '' NOT NULL, 
 class_name TEXT DEFAULT '' NOT NULL, 
 geom MULTILINESTRING NOT NULL
);
CREATE TABLE feature_county_line (
 fid INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
 version INTEGER DEFAULT '1' NOT NULL, 
 name TEXT DEFAULT '' NOT NULL, 
 class_name TEXT DEFAULT '' NOT NULL, 
 geom MULTILINESTRING NOT NULL
);
CREATE TABLE party (
 fid INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
 version INTEGER DEFAULT '1' NOT NULL, 
 code TEXT NOT NULL, 
 kind TEXT DEFAULT 'household' NOT NULL, 
 unit_id INTEGER, 
 name TEXT, 
 phone TEXT, 
 erased_at DATETIME, 
 UNIQUE (code), 
 FOREIGN KEY(unit_id) REFERENCES unit (fid)
);
CREATE TABLE household (
 fid INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
 version INTEGER DEFAULT '1' NOT NULL, 
 code TEXT NOT NULL, 
 unit_id INTEGER, 
 party_id INTEGER, 
 geom POINT, 
 UNIQUE (code), 
 FOREIGN KEY(unit_id) REFERENCES unit (fid), 
 FOREIGN KEY(party_id) REFERENCES party (fid)
);
CREATE TABLE plot (
 fid INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
 version INTEGER DEFAULT '1' NOT NULL, 
 code TEXT NOT NULL, 
 name TEXT DEFAULT '' NOT NULL, 
 unit_id INTEGER, 
 land_use TEXT DEFAULT 'grassland' NOT NULL, 
 holder_id INTEGER, 
 issuer_id INTEGER, 
 certificate_number TEXT DEFAULT '' NOT NULL, 
 contract_area_m2 DOUBLE, 
 measured_area_m2 DOUBLE, 
 bound_east TEXT DEFAULT '' NOT NULL, 
 bound_south TEXT DEFAULT '' NOT NULL, 
 bound_west TEXT DEFAULT '' NOT NULL, 
 bound_north TEXT DEFAULT '' NOT NULL, 
 sigma_own_m DOUBLE, 
 sigma_common_m DOUBLE, 
 status TEXT DEFAULT 'draft' NOT NULL, 
 geom MULTIPOLYGON, 
 CONSTRAINT land_use_known CHECK (land_use IN ('grassland', 'cropland', 'woodland')), 
 CONSTRAINT status_known CHECK (status IN ('draft', 'registered', 'superseded')), 
 FOREIGN KEY(unit_id) REFERENCES unit (fid), 
 FOREIGN KEY(holder_id) REFERENCES party (fid), 
 FOREIGN KEY(issuer_id) REFERENCES party (fid)
);
CREATE TABLE dispute (
 fid INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
 version INTEGER DEFAULT '1' NOT NULL, 
 number TEXT NOT NULL, 
 title TEXT DEFAULT '' NOT NULL, 
 state TEXT DEFAULT 'open' NOT NULL, 
 level TEXT DEFAULT 'household' NOT NULL, 
 land_use TEXT DEFAULT 'grassland' NOT NULL, 
 unit_id INTEGER, 
 plot_a_id INTEGER, 
 plot_b_id INTEGER, 
 party_a_id INTEGER, 
 party_b_id INTEGER, 
 settings TEXT DEFAULT '{}' NOT NULL, 
 chosen_proposal_id INTEGER, 
 arrangement TEXT DEFAULT '{}' NOT NULL, 
 status_quo_until DATETIME, 
 opened_at DATETIME, 
 closed_at DATETIME, 
 put_away_at DATETIME, 
 geom POINT, 
 CONSTRAINT state_known CHECK (state IN ('open', 'chosen', 'printed', 'settled', 'reopened', 'referred', 'failed', 'withdrawn')), 
 CONSTRAINT level_known CHECK (level IN ('household', 'unit', 'administrative')), 
 CONSTRAINT land_use_known CHECK (land_use IN ('grassland', 'cropland', 'woodland')), 
 UNIQUE (number), 
 FOREIGN KEY(unit_id) REFERENCES unit (fid), 
 FOREIGN KEY(plot_a_id) REFERENCES plot (fid), 
 FOREIGN KEY(plot_b_id) REFERENCES plot (fid), 
 FOREIGN KEY(party_a_id) REFERENCES party (fid), 
 FOREIGN KEY(party_b_id) REFERENCES party (fid), 
 CONSTRAINT dispute_chosen_proposal FOREIGN KEY(chosen_proposal_id) REFERENCES proposal (fid)
);
CREATE TABLE plot_agreed (
 fid INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
 version INTEGER DEFAULT '1' NOT NULL, 
 plot_id INTEGER NOT NULL, 
 case_id INTEGER, 
 since DATETIME, 
 geom MULTIPOLYGON NOT NULL, 
 UNIQUE (plot_id), 
 FOREIGN KEY(plot_id) REFERENCES plot (fid), 
 FOREIGN KEY(case_id) REFERENCES dispute (fid)
);
CREATE TABLE boundary_line (
 fid INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
 version INTEGER DEFAULT '1' NOT NULL, 
 kind TEXT DEFAULT 'grassland' NOT NULL, 
 level TEXT DEFAULT '' NOT NULL, 
 name TEXT DEFAULT '' NOT NULL, 
 state TEXT DEFAULT 'claimed' NOT NULL, 
 plot_a_id INTEGER, 
 plot_b_id INTEGER, 
 case_id INTEGER, 
 issuer_id INTEGER, 
 geom MULTILINESTRING NOT NULL, 
 CONSTRAINT kind_known CHECK (kind IN ('grassland', 'cropland', 'woodland', 'administrative')), 
 CONSTRAINT state_known CHECK (state IN ('claimed', 'agreed', 'registration_pending', 'registered')), 
 FOREIGN KEY(plot_a_id) REFERENCES plot (fid), 
 FOREIGN KEY(plot_b_id) REFERENCES plot (fid), 
 FOREIGN KEY(case_id) REFERENCES dispute (fid), 
 FOREIGN KEY(issuer_id) REFERENCES party (fid)
);
CREATE TABLE case_file (
 fid INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
 version INTEGER DEFAULT '1' NOT NULL, 
 case_id INTEGER NOT NULL, 
 name TEXT, 
 sha256 TEXT DEFAULT '' NOT NULL, 
 format TEXT DEFAULT '' NOT NULL, 
 size_bytes INTEGER DEFAULT '0' NOT NULL, 
 recognition TEXT DEFAULT '{}' NOT NULL, 
 overrides TEXT DEFAULT '{}' NOT NULL, 
 problems TEXT DEFAULT '[]' NOT NULL, 
 added_at DATETIME, 
 put_away_at DATETIME, 
 FOREIGN KEY(case_id) REFERENCES dispute (fid)
);
CREATE TABLE case_point (
 fid INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
 version INTEGER DEFAULT '1' NOT NULL, 
 case_id INTEGER NOT NULL, 
 kind TEXT DEFAULT 'common' NOT NULL, 
 name TEXT DEFAULT '' NOT NULL, 
 geom POINT NOT NULL, 
 CONSTRAINT kind_known CHECK (kind IN ('common', 'three_way')), 
 FOREIGN KEY(case_id) REFERENCES dispute (fid)
);
CREATE TABLE proposal (
 fid INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
 version INTEGER DEFAULT '1' NOT NULL, 
 case_id INTEGER NOT NULL, 
 name TEXT DEFAULT '' NOT NULL, 
 inputs_sha256 TEXT DEFAULT '' NOT NULL, 
 finding TEXT DEFAULT '{}' NOT NULL, 
 made_at DATETIME, 
 geom LINESTRING, 
 FOREIGN KEY(case_id) REFERENCES dispute (fid)
);
CREATE TABLE agreement (
 fid INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
 version INTEGER DEFAULT '1' NOT NULL, 
 case_id INTEGER NOT NULL, 
 number INTEGER NOT NULL, 
 scan_sha256 TEXT DEFAULT '' NOT NULL, 
 proposal TEXT DEFAULT '' NOT NULL, 
 plot_ids TEXT DEFAULT '[]' NOT NULL, 
 arrangement TEXT DEFAULT '{}' NOT NULL, 
 signed_at DATETIME, 
 recorded_at DATETIME, 
 reopened_at DATETIME, 
 geom LINESTRING, 
 CONSTRAINT agreement_once UNIQUE (case_id, number), 
 FOREIGN KEY(case_id) REFERENCES dispute (fid)
);
CREATE TABLE joined_party (
 fid INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
 version INTEGER DEFAULT '1' NOT NULL, 
 case_id INTEGER NOT NULL, 
 party_id INTEGER NOT NULL, 
 plot_id INTEGER, 
 reason TEXT DEFAULT 'neighbour' NOT NULL, 
 must_join BOOLEAN DEFAULT '1' NOT NULL, 
 notified_at DATETIME, 
 notice_way TEXT DEFAULT '' NOT NULL, 
 presence TEXT DEFAULT 'unknown' NOT NULL, 
 proxy_name TEXT, 
 signed_at DATETIME, 
 CONSTRAINT reason_known CHECK (reason IN ('neighbour', 'side_a', 'side_b', 'issuer', 'other')), 
 CONSTRAINT presence_known CHECK (presence IN ('unknown', 'present', 'proxy', 'absent')), 
 CONSTRAINT joined_once UNIQUE (case_id, party_id, plot_id), 
 FOREIGN KEY(case_id) REFERENCES dispute (fid), 
 FOREIGN KEY(party_id) REFERENCES party (fid), 
 FOREIGN KEY(plot_id) REFERENCES plot (fid)
);
CREATE TABLE note (
 fid INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
 version INTEGER DEFAULT '1' NOT NULL, 
 case_id INTEGER NOT NULL, 
 kind TEXT DEFAULT '' NOT NULL, 
 text TEXT, 
 written_at DATETIME, 
 written_by TEXT DEFAULT '' NOT NULL, 
 FOREIGN KEY(case_id) REFERENCES dispute (fid)
);
CREATE TABLE issued_document (
 fid INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
 version INTEGER DEFAULT '1' NOT NULL, 
 case_id INTEGER, 
 kind TEXT DEFAULT '' NOT NULL, 
 name TEXT, 
 sha256 TEXT DEFAULT '' NOT NULL, 
 stamped_at DATETIME, 
 issued_by TEXT DEFAULT '' NOT NULL, 
 FOREIGN KEY(case_id) REFERENCES dispute (fid)
);
CREATE TABLE evidence (
 fid INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
 version INTEGER DEFAULT '1' NOT NULL, 
 case_id INTEGER, 
 kind TEXT DEFAULT 'photo' NOT NULL, 
 name TEXT, 
 sha256 TEXT DEFAULT '' NOT NULL, 
 media_type TEXT DEFAULT '' NOT NULL, 
 size_bytes INTEGER DEFAULT '0' NOT NULL, 
 sensitive BOOLEAN DEFAULT '0' NOT NULL, 
 added_at DATETIME, 
 taken_at TEXT DEFAULT '' NOT NULL, 
 lon_deg DOUBLE, 
 lat_deg DOUBLE, 
 geom POINT, 
 CONSTRAINT kind_known CHECK (kind IN ('photo', 'scan', 'file')), 
 FOREIGN KEY(case_id) REFERENCES dispute (fid)
);
CREATE TABLE marker (
 fid INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
 version INTEGER DEFAULT '1' NOT NULL, 
 number TEXT DEFAULT '' NOT NULL, 
 kind TEXT DEFAULT '' NOT NULL, 
 line_id INTEGER, 
 case_id INTEGER, 
 state TEXT DEFAULT 'planned' NOT NULL, 
 geom POINT NOT NULL, 
 CONSTRAINT state_known CHECK (state IN ('planned', 'set', 'missing', 'moved')), 
 FOREIGN KEY(line_id) REFERENCES boundary_line (fid), 
 FOREIGN KEY(case_id) REFERENCES dispute (fid)
);
CREATE TABLE case_line (
 fid INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
 version INTEGER DEFAULT '1' NOT NULL, 
 case_id INTEGER NOT NULL, 
 role TEXT DEFAULT 'claim_a' NOT NULL, 
 label TEXT DEFAULT '' NOT NULL, 
 claimant_side TEXT, 
 sigma_own_m DOUBLE, 
 sigma_common_m DOUBLE, 
 declared_area_m2 DOUBLE, 
 file_id INTEGER, 
 feature_key TEXT DEFAULT '' NOT NULL, 
 put_away_at DATETIME, 
 geom GEOMETRY NOT NULL, 
 CONSTRAINT role_known CHECK (role IN ('claim_a', 'claim_b', 'decision', 'agreement', 'certificate', 'contract', 'measured', 'old_map', 'natural')), 
 FOREIGN KEY(case_id) REFERENCES dispute (fid), 
 FOREIGN KEY(file_id) REFERENCES case_file (fid)
);
CREATE VIRTUAL TABLE "rtree_feature_county_line_geom" USING rtree(id, minx, maxx, miny, maxy);
CREATE VIRTUAL TABLE "rtree_feature_ridge_geom" USING rtree(id, minx, maxx, miny, maxy);
CREATE VIRTUAL TABLE "rtree_feature_road_geom" USING rtree(id, minx, maxx, miny, maxy);
CREATE VIRTUAL TABLE "rtree_feature_stream_geom" USING rtree(id, minx, maxx, miny, maxy);
CREATE VIRTUAL TABLE "rtree_unit_geom" USING rtree(id, minx, maxx, miny, maxy);
CREATE VIRTUAL TABLE "rtree_household_geom" USING rtree(id, minx, maxx, miny, maxy);
CREATE VIRTUAL TABLE "rtree_plot_geom" USING rtree(id, minx, maxx, miny, maxy);
CREATE VIRTUAL TABLE "rtree_dispute_geom" USING rtree(id, minx, maxx, miny, maxy);
CREATE VIRTUAL TABLE "rtree_agreement_geom" USING rtree(id, minx, maxx, miny, maxy);
CREATE VIRTUAL TABLE "rtree_boundary_line_geom" USING rtree(id, minx, maxx, miny, maxy);
CREATE VIRTUAL TABLE "rtree_case_point_geom" USING rtree(id, minx, maxx, miny, maxy);
CREATE VIRTUAL TABLE "rtree_evidence_geom" USING rtree(id, minx, maxx, miny, maxy);
CREATE VIRTUAL TABLE "rtree_plot_agreed_geom" USING rtree(id, minx, maxx, miny, maxy);
CREATE VIRTUAL TABLE "rtree_proposal_geom" USING rtree(id, minx, maxx, miny, maxy);
CREATE VIRTUAL TABLE "rtree_case_line_geom" USING rtree(id, minx, maxx, miny, maxy);
CREATE VIRTUAL TABLE "rtree_marker_geom" USING rtree(id, minx, maxx, miny, maxy);
CREATE INDEX history_row ON history (table_name, row_id);
CREATE INDEX ix_unit_parent_id ON unit (parent_id);
CREATE INDEX ix_party_unit_id ON party (unit_id);
CREATE INDEX ix_household_unit_id ON household (unit_id);
CREATE INDEX ix_household_party_id ON household (party_id);
CREATE INDEX ix_plot_unit_id ON plot (unit_id);
CREATE UNIQUE INDEX plot_code_current ON plot (code) WHERE status <> 'superseded';
CREATE INDEX ix_plot_holder_id ON plot (holder_id);
CREATE INDEX ix_plot_issuer_id ON plot (issuer_id);
CREATE INDEX ix_dispute_party_a_id ON dispute (party_a_id);
CREATE INDEX ix_dispute_unit_id ON dispute (unit_id);
CREATE INDEX ix_dispute_plot_b_id ON dispute (plot_b_id);
CREATE INDEX ix_dispute_plot_a_id ON dispute (plot_a_id);
CREATE INDEX ix_dispute_party_b_id ON dispute (party_b_id);
CREATE INDEX ix_plot_agreed_case_id ON plot_agreed (case_id);
CREATE INDEX ix_boundary_line_case_id ON boundary_line (case_id);
CREATE INDEX ix_boundary_line_plot_b_id ON boundary_line (plot_b_id);
CREATE INDEX ix_boundary_line_issuer_id ON boundary_line (issuer_id);
CREATE INDEX ix_boundary_line_plot_a_id ON boundary_line (plot_a_id);
CREATE INDEX ix_case_file_case_id ON case_file (case_id);
CREATE INDEX ix_case_point_case_id ON case_point (case_id);
CREATE INDEX ix_proposal_case_id ON proposal (case_id);
CREATE INDEX ix_agreement_case_id ON agreement (case_id);
CREATE INDEX ix_joined_party_plot_id ON joined_party (plot_id);
CREATE INDEX ix_joined_party_case_id ON joined_party (case_id);
CREATE INDEX ix_joined_party_party_id ON joined_party (party_id);
CREATE INDEX ix_note_case_id ON note (case_id);
CREATE INDEX ix_issued_document_case_id ON issued_document (case_id);
CREATE INDEX ix_evidence_case_id ON evidence (case_id);
CREATE INDEX ix_marker_case_id ON marker (case_id);
CREATE INDEX ix_marker_line_id ON marker (line_id);
CREATE INDEX ix_case_line_case_id ON case_line (case_id);
CREATE INDEX ix_case_line_file_id ON case_line (file_id);
INSERT INTO gpkg_contents VALUES ('feature_county_line','features','县界','','2026-11-21T21:41:52.627Z',NULL,NULL,NULL,NULL,4542);
INSERT INTO gpkg_contents VALUES ('feature_ridge','features','山脊','','2026-11-21T21:41:52.627Z',NULL,NULL,NULL,NULL,4542);
INSERT INTO gpkg_contents VALUES ('feature_road','features','道路','','2026-11-21T21:41:52.627Z',NULL,NULL,NULL,NULL,4542);
INSERT INTO gpkg_contents VALUES ('feature_stream','features','溪流','','2026-11-21T21:41:52.627Z',NULL,NULL,NULL,NULL,4542);
INSERT INTO gpkg_contents VALUES ('setting','attributes','设置','','2026-11-21T21:41:52.628Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO gpkg_contents VALUES ('unit','features','单位','','2026-11-21T21:41:52.628Z',NULL,NULL,NULL,NULL,4542);
INSERT INTO gpkg_contents VALUES ('party','attributes','当事人','','2026-11-21T21:41:52.628Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO gpkg_contents VALUES ('household','features','住户','','2026-11-21T21:41:52.628Z',NULL,NULL,NULL,NULL,4542);
INSERT INTO gpkg_contents VALUES ('plot','features','宗地（登记）','','2026-11-21T04:00:00.000Z',500000.0,4180000.0,500400.0,4180400.0,4542);
INSERT INTO gpkg_contents VALUES ('dispute','features','纠纷案件','','2026-11-21T21:41:52.628Z',NULL,NULL,NULL,NULL,4542);
INSERT INTO gpkg_contents VALUES ('agreement','features','协议','','2026-11-21T21:41:52.628Z',NULL,NULL,NULL,NULL,4542);
INSERT INTO gpkg_contents VALUES ('boundary_line','features','界线','','2026-11-21T21:41:52.628Z',NULL,NULL,NULL,NULL,4542);
INSERT INTO gpkg_contents VALUES ('case_file','attributes','案件文件','','2026-11-21T21:41:52.629Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO gpkg_contents VALUES ('case_point','features','案件固定点','','2026-11-21T21:41:52.629Z',NULL,NULL,NULL,NULL,4542);
INSERT INTO gpkg_contents VALUES ('evidence','features','证据','','2026-11-21T21:41:52.629Z',NULL,NULL,NULL,NULL,4542);
INSERT INTO gpkg_contents VALUES ('issued_document','attributes','文书','','2026-11-21T21:41:52.629Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO gpkg_contents VALUES ('joined_party','attributes','参与人','','2026-11-21T21:41:52.629Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO gpkg_contents VALUES ('note','attributes','记事','','2026-11-21T21:41:52.629Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO gpkg_contents VALUES ('plot_agreed','features','宗地（约定）','','2026-11-21T21:41:52.629Z',NULL,NULL,NULL,NULL,4542);
INSERT INTO gpkg_contents VALUES ('proposal','features','方案线','','2026-11-21T21:41:52.629Z',NULL,NULL,NULL,NULL,4542);
INSERT INTO gpkg_contents VALUES ('case_line','features','案件线','','2026-11-21T21:41:52.629Z',NULL,NULL,NULL,NULL,4542);
INSERT INTO gpkg_contents VALUES ('marker','features','界桩','','2026-11-21T21:41:52.630Z',NULL,NULL,NULL,NULL,4542);
INSERT INTO gpkg_extensions VALUES ('feature_county_line','geom','gpkg_rtree_index','http://www.geopackage.org/spec120/#extension_rtree','write-only');
INSERT INTO gpkg_extensions VALUES ('feature_ridge','geom','gpkg_rtree_index','http://www.geopackage.org/spec120/#extension_rtree','write-only');
INSERT INTO gpkg_extensions VALUES ('feature_road','geom','gpkg_rtree_index','http://www.geopackage.org/spec120/#extension_rtree','write-only');
INSERT INTO gpkg_extensions VALUES ('feature_stream','geom','gpkg_rtree_index','http://www.geopackage.org/spec120/#extension_rtree','write-only');
INSERT INTO gpkg_extensions VALUES ('unit','geom','gpkg_rtree_index','http://www.geopackage.org/spec120/#extension_rtree','write-only');
INSERT INTO gpkg_extensions VALUES ('household','geom','gpkg_rtree_index','http://www.geopackage.org/spec120/#extension_rtree','write-only');
INSERT INTO gpkg_extensions VALUES ('plot','geom','gpkg_rtree_index','http://www.geopackage.org/spec120/#extension_rtree','write-only');
INSERT INTO gpkg_extensions VALUES ('dispute','geom','gpkg_rtree_index','http://www.geopackage.org/spec120/#extension_rtree','write-only');
INSERT INTO gpkg_extensions VALUES ('agreement','geom','gpkg_rtree_index','http://www.geopackage.org/spec120/#extension_rtree','write-only');
INSERT INTO gpkg_extensions VALUES ('boundary_line','geom','gpkg_rtree_index','http://www.geopackage.org/spec120/#extension_rtree','write-only');
INSERT INTO gpkg_extensions VALUES ('case_point','geom','gpkg_rtree_index','http://www.geopackage.org/spec120/#extension_rtree','write-only');
INSERT INTO gpkg_extensions VALUES ('evidence','geom','gpkg_rtree_index','http://www.geopackage.org/spec120/#extension_rtree','write-only');
INSERT INTO gpkg_extensions VALUES ('plot_agreed','geom','gpkg_rtree_index','http://www.geopackage.org/spec120/#extension_rtree','write-only');
INSERT INTO gpkg_extensions VALUES ('proposal','geom','gpkg_rtree_index','http://www.geopackage.org/spec120/#extension_rtree','write-only');
INSERT INTO gpkg_extensions VALUES ('case_line','geom','gpkg_rtree_index','http://www.geopackage.org/spec120/#extension_rtree','write-only');
INSERT INTO gpkg_extensions VALUES ('marker','geom','gpkg_rtree_index','http://www.geopackage.org/spec120/#extension_rtree','write-only');
INSERT INTO gpkg_geometry_columns VALUES ('feature_county_line','geom','MULTILINESTRING',4542,0,0);
INSERT INTO gpkg_geometry_columns VALUES ('feature_ridge','geom','MULTILINESTRING',4542,0,0);
INSERT INTO gpkg_geometry_columns VALUES ('feature_road','geom','MULTILINESTRING',4542,0,0);
INSERT INTO gpkg_geometry_columns VALUES ('feature_stream','geom','MULTILINESTRING',4542,0,0);
INSERT INTO gpkg_geometry_columns VALUES ('unit','geom','MULTIPOLYGON',4542,0,0);
INSERT INTO gpkg_geometry_columns VALUES ('household','geom','POINT',4542,0,0);
INSERT INTO gpkg_geometry_columns VALUES ('plot','geom','MULTIPOLYGON',4542,0,0);
INSERT INTO gpkg_geometry_columns VALUES ('dispute','geom','POINT',4542,0,0);
INSERT INTO gpkg_geometry_columns VALUES ('agreement','geom','LINESTRING',4542,0,0);
INSERT INTO gpkg_geometry_columns VALUES ('boundary_line','geom','MULTILINESTRING',4542,0,0);
INSERT INTO gpkg_geometry_columns VALUES ('case_point','geom','POINT',4542,0,0);
INSERT INTO gpkg_geometry_columns VALUES ('evidence','geom','POINT',4542,0,0);
INSERT INTO gpkg_geometry_columns VALUES ('plot_agreed','geom','MULTIPOLYGON',4542,0,0);
INSERT INTO gpkg_geometry_columns VALUES ('proposal','geom','LINESTRING',4542,0,0);
INSERT INTO gpkg_geometry_columns VALUES ('case_line','geom','GEOMETRY',4542,0,0);
INSERT INTO gpkg_geometry_columns VALUES ('marker','geom','POINT',4542,0,0);
INSERT INTO gpkg_spatial_ref_sys VALUES ('Undefined Cartesian SRS',-1,'NONE',-1,'undefined','undefined Cartesian coordinate reference system');
INSERT INTO gpkg_spatial_ref_sys VALUES ('Undefined geographic SRS',0,'NONE',0,'undefined','undefined geographic coordinate reference system');
INSERT INTO gpkg_spatial_ref_sys VALUES ('WGS 84',4326,'EPSG',4326,'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]',NULL);
INSERT INTO gpkg_spatial_ref_sys VALUES ('China Geodetic Coordinate System 2000',4490,'EPSG',4490,'GEOGCS["China Geodetic Coordinate System 2000",DATUM["China_2000",SPHEROID["CGCS2000",6378137,298.257222101,AUTHORITY["EPSG","1024"]],AUTHORITY["EPSG","1043"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4490"]]',NULL);
INSERT INTO gpkg_spatial_ref_sys VALUES ('CGCS2000 / 3-degree Gauss-Kruger CM 99E',4542,'EPSG',4542,'PROJCS["CGCS2000 / 3-degree Gauss-Kruger CM 99E",GEOGCS["China Geodetic Coordinate System 2000",DATUM["China_2000",SPHEROID["CGCS2000",6378137,298.257222101,AUTHORITY["EPSG","1024"]],AUTHORITY["EPSG","1043"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4490"]],PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",99],PARAMETER["scale_factor",1],PARAMETER["false_easting",500000],PARAMETER["false_northing",0],UNIT["metre",1,AUTHORITY["EPSG","9001"]],AUTHORITY["EPSG","4542"]]',NULL);
INSERT INTO migration VALUES ('0001_first_tables','2026-11-21T04:00:00.000Z','');
INSERT INTO party VALUES (1,1,'h1','household',NULL,'甲某','13000000001',NULL);
INSERT INTO party VALUES (2,1,'h2','household',NULL,'乙某',NULL,NULL);
INSERT INTO plot VALUES (1,2,'1-1','',NULL,'grassland',1,NULL,'',NULL,NULL,'','','','',NULL,NULL,'registered',X'47500003BE1100000000000080841E410000000010861E410000000010E44F410000000042E44F41010600000001000000010300000001000000050000000000000010861E410000000010E44F410000000010861E410000000042E44F410000000080841E410000000042E44F410000000080841E410000000010E44F410000000010861E410000000010E44F41');
INSERT INTO plot VALUES (2,2,'1-2','',NULL,'grassland',2,NULL,'',NULL,NULL,'','','','',NULL,NULL,'registered',X'47500003BE1100000000000010861E4100000000A0871E410000000010E44F410000000042E44F410106000000010000000103000000010000000500000000000000A0871E410000000010E44F4100000000A0871E410000000042E44F410000000010861E410000000042E44F410000000010861E410000000010E44F4100000000A0871E410000000010E44F41');
INSERT INTO plot VALUES (3,2,'1-3','',NULL,'grassland',1,NULL,'',NULL,NULL,'','','','',NULL,NULL,'registered',X'47500003BE11000000000000A0871E410000000030891E410000000010E44F410000000042E44F41010600000001000000010300000001000000050000000000000030891E410000000010E44F410000000030891E410000000042E44F4100000000A0871E410000000042E44F4100000000A0871E410000000010E44F410000000030891E410000000010E44F41');
INSERT INTO setting VALUES (1,1,'township.name','"试验乡"');

import { RELATIONS, SIZE_COLUMNS, TEXT_COLUMNS } from "./package-columns.ts";

/*
 * The tables are made for loading and asking; the views below them have the names and columns by which outside readers
 * have always known pkgin.db.
 */

/** The layout's version, kept in the file as its user_version. */
export const SCHEMA_VERSION = 1;

/** Marks a file as a catalogue ("pkgi"), kept in the file as its application_id. */
export const APPLICATION_ID = 0x706b6769;

const packageColumns = [
  "id INTEGER PRIMARY KEY",
  "fullname TEXT NOT NULL",
  "name TEXT NOT NULL",
  "version TEXT NOT NULL",
  ...TEXT_COLUMNS.map(({ column }) => `${column} TEXT`),
  ...SIZE_COLUMNS.map(({ column }) => `${column} INTEGER`),
];

const TABLES = `
CREATE TABLE repository (
  id INTEGER PRIMARY KEY,
  url TEXT NOT NULL UNIQUE,
  priority INTEGER NOT NULL,
  etag TEXT,
  last_modified TEXT,
  mtime INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE term (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE, base TEXT);
CREATE TABLE remote_package (${packageColumns.join(", ")},
  repository INTEGER NOT NULL, shadowed INTEGER NOT NULL DEFAULT 0, digest BLOB NOT NULL);
CREATE TABLE remote_description (id INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE remote_relation (
  package INTEGER NOT NULL, kind INTEGER NOT NULL, position INTEGER NOT NULL, term INTEGER NOT NULL,
  PRIMARY KEY (package, kind, position)
) WITHOUT ROWID;
CREATE TABLE local_package (${packageColumns.join(", ")}, keep INTEGER);
CREATE TABLE local_description (id INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE local_relation (
  package INTEGER NOT NULL, kind INTEGER NOT NULL, position INTEGER NOT NULL, term INTEGER NOT NULL,
  PRIMARY KEY (package, kind, position)
) WITHOUT ROWID;
CREATE TABLE local_required_by (pkgname TEXT NOT NULL, required_by TEXT NOT NULL, PRIMARY KEY (pkgname, required_by)) WITHOUT ROWID;
CREATE TABLE pkgdb (pkgdb_mtime INTEGER, pkgdb_ntime INTEGER);
`;

const INDEXES = `
CREATE INDEX remote_digest ON remote_package (repository, digest);
CREATE INDEX remote_fullname ON remote_package (fullname);
CREATE INDEX remote_name ON remote_package (name);
CREATE INDEX remote_pkgpath ON remote_package (pkgpath);
CREATE INDEX remote_term ON remote_relation (term, kind);
CREATE INDEX term_base ON term (base) WHERE base IS NOT NULL;
CREATE UNIQUE INDEX local_fullname ON local_package (fullname);
CREATE INDEX local_name ON local_package (name);
CREATE INDEX local_required ON local_required_by (required_by);
`;

/** The columns of REMOTE_PKG and LOCAL_PKG that both have, in their order. */
const sharedColumns = `p.id AS PKG_ID, p.fullname AS FULLPKGNAME, p.name AS PKGNAME, p.version AS PKGVERS,
  p.build_date AS BUILD_DATE, p.comment AS COMMENT, p.license AS LICENSE, p.pkgtools_version AS PKGTOOLS_VERSION,
  p.homepage AS HOMEPAGE, p.os_version AS OS_VERSION, p.pkgpath AS PKGPATH, p.pkg_options AS PKG_OPTIONS,
  p.categories AS CATEGORIES, CAST(p.size_pkg AS TEXT) AS SIZE_PKG, CAST(p.file_size AS TEXT) AS FILE_SIZE, p.opsys AS OPSYS`;

const VIEWS = `
CREATE VIEW repos AS SELECT url AS REPO_URL, mtime AS REPO_MTIME FROM repository;
CREATE VIEW remote_pkg AS SELECT ${sharedColumns}, r.url AS REPOSITORY
  FROM remote_package p JOIN repository r ON r.id = p.repository WHERE NOT p.shadowed;
CREATE VIEW local_pkg AS SELECT ${sharedColumns}, p.keep AS PKG_KEEP FROM local_package p;
${["remote", "local"].flatMap(relationViews).join("\n")}
`;

/** Everything that a new file needs, in order. */
export const CREATE_SCHEMA: string = TABLES + INDEXES + VIEWS;

function relationViews(side: string): string[] {
  const view = (name: string, kind: number, columns: string) =>
    `CREATE VIEW ${side}_${name} AS SELECT r.package AS pkg_id, ${columns}
       FROM ${side}_relation r JOIN term t ON t.id = r.term WHERE r.kind = ${kind};`;
  const pattern = "t.text AS pattern, t.base AS pkgbase";
  const views = [
    view("depends", RELATIONS.DEPENDS, pattern),
    view("conflicts", RELATIONS.CONFLICTS, pattern),
    view("provides", RELATIONS.PROVIDES, "t.text AS filename"),
    view("requires", RELATIONS.REQUIRES, "t.text AS filename"),
  ];
  if (side === "remote") views.push(view("supersedes", RELATIONS.SUPERSEDES, pattern));
  return views;
}

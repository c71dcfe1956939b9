import { LIST_COLUMNS, type ListColumn, SIZE_COLUMNS, TEXT_COLUMNS } from "./package-columns.ts";

/*
 * The tables are made for loading a whole summary fast and for the questions of a package manager; the views over them
 * have the names and columns by which outside readers know pkgin.db.
 *
 * A package is two rows: what lists and searches show in <side>_package, what is asked of single packages in
 * <side>_detail. The many lines of DEPENDS and the like are a JSON array in one column: a catalogue of 29,000 packages
 * has 190,000 of them, and as rows of their own with an index they would cost more than everything else together.
 */

/** Marks a file as a catalogue ("pkgi"), kept in the file as its application_id. */
export const APPLICATION_ID = 0x706b6769;

const packageColumns = [
  "id INTEGER PRIMARY KEY",
  "name TEXT NOT NULL",
  "version TEXT NOT NULL",
  ...TEXT_COLUMNS.map(({ column }) => `${column} TEXT`),
  ...SIZE_COLUMNS.map(({ column }) => `${column} INTEGER`),
  // 1 where a text has bytes that are no UTF-8.
  "raw INTEGER NOT NULL",
].join(", ");

const detailColumns = [
  "id INTEGER PRIMARY KEY",
  ...LIST_COLUMNS.map(({ column }) => `${column} TEXT`),
  "description TEXT",
].join(", ");

/** The indexes that an import into an empty repository makes at its end rather than row by row. */
export const REMOTE_INDEXES: ReadonlyMap<string, string> = new Map([
  ["remote_name", "CREATE UNIQUE INDEX remote_name ON remote_package (name, version, repository)"],
  ["remote_pkgpath", "CREATE INDEX remote_pkgpath ON remote_package (pkgpath)"],
]);

const TABLES = `
CREATE TABLE repository (
  id INTEGER PRIMARY KEY,
  url TEXT NOT NULL UNIQUE,
  priority INTEGER NOT NULL,
  etag TEXT,
  last_modified TEXT,
  mtime INTEGER NOT NULL DEFAULT 0,
  packages INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE remote_package (${packageColumns},
  repository INTEGER NOT NULL, shadowed INTEGER NOT NULL, revision INTEGER NOT NULL, digest TEXT NOT NULL);
CREATE TABLE remote_detail (${detailColumns});
CREATE TABLE local_package (${packageColumns}, keep INTEGER);
CREATE TABLE local_detail (${detailColumns});
CREATE UNIQUE INDEX local_name ON local_package (name, version);
CREATE TABLE local_required_by (
  pkgname TEXT NOT NULL, required_by TEXT NOT NULL, PRIMARY KEY (pkgname, required_by)
) WITHOUT ROWID;
CREATE INDEX local_required ON local_required_by (required_by);
CREATE TABLE pkgdb (pkgdb_mtime INTEGER, pkgdb_ntime INTEGER);
CREATE TABLE revision (current INTEGER NOT NULL, searchable INTEGER NOT NULL);
INSERT INTO revision VALUES (0, -1);
${[...REMOTE_INDEXES.values()].join(";\n")};
CREATE INDEX remote_unsized ON remote_package (name) WHERE file_size IS NULL OR file_size = 0;
`;

/** The columns of REMOTE_PKG and LOCAL_PKG that both have, in their order. */
const sharedColumns = `p.id AS PKG_ID, p.name || '-' || p.version AS FULLPKGNAME, p.name AS PKGNAME,
  p.version AS PKGVERS, p.build_date AS BUILD_DATE, p.comment AS COMMENT, p.license AS LICENSE,
  p.pkgtools_version AS PKGTOOLS_VERSION, p.homepage AS HOMEPAGE, p.os_version AS OS_VERSION, p.pkgpath AS PKGPATH,
  p.pkg_options AS PKG_OPTIONS, p.categories AS CATEGORIES, CAST(p.size_pkg AS TEXT) AS SIZE_PKG,
  CAST(p.file_size AS TEXT) AS FILE_SIZE, p.opsys AS OPSYS`;

/** The one base of a pattern, as patternBase() of pkg-pattern tells it, in SQL. */
const operator = "max(instr(e.value, '<'), instr(e.value, '>'))";
const firstOperator = `CASE WHEN instr(e.value, '<') * instr(e.value, '>') = 0 THEN ${operator}
  ELSE min(instr(e.value, '<'), instr(e.value, '>')) END`;
const possibleBase = `CASE WHEN instr(e.value, '{') THEN NULL
  WHEN ${operator} THEN substr(e.value, 1, ${firstOperator} - 1)
  WHEN substr(e.value, -7) = '-[0-9]*' THEN substr(e.value, 1, length(e.value) - 7) END`;
const pattern = `e.value AS pattern,
  CASE WHEN ${possibleBase} NOT GLOB '*[][*?\\]*' THEN ${possibleBase} END AS pkgbase`;
const filename = "e.value AS filename";

/** What a file needs, step by step; a file of an earlier version gets the steps that it lacks. */
export const MIGRATIONS: readonly string[] = [
  `${TABLES}
CREATE VIEW repos AS SELECT url AS REPO_URL, mtime AS REPO_MTIME FROM repository;
CREATE VIEW remote_pkg AS SELECT ${sharedColumns},
  (SELECT url FROM repository r WHERE r.id = p.repository) AS REPOSITORY
  FROM remote_package p WHERE NOT p.shadowed;
CREATE VIEW local_pkg AS SELECT ${sharedColumns}, p.keep AS PKG_KEEP FROM local_package p;
CREATE VIEW remote_description AS SELECT d.id AS pkg_id, d.description
  FROM remote_package p JOIN remote_detail d ON d.id = p.id WHERE NOT p.shadowed;
${listViews("remote", "FROM remote_package p JOIN remote_detail d ON d.id = p.id", "WHERE NOT p.shadowed")}
${listViews("local", "FROM local_detail d", "")}`,
  // What tells whether an installed package has become another.
  "ALTER TABLE local_package ADD COLUMN stamp TEXT",
];

/** The names of all tables and views that a whole catalogue has. */
export const TABLES_AND_VIEWS: readonly string[] = Array.from(
  MIGRATIONS.join("\n").matchAll(/^\s*CREATE (?:TABLE|VIEW) (\w+)/gm),
  ([, name = ""]) => name,
);

function listViews(side: "local" | "remote", from: string, where: string): string {
  const view = (column: ListColumn, columns: string) =>
    `CREATE VIEW ${side}_${column} AS SELECT d.id AS pkg_id, ${columns} ${from}, json_each(d.${column}) e ${where};`;
  const views = [
    view("depends", pattern),
    view("conflicts", pattern),
    view("provides", filename),
    view("requires", filename),
  ];
  if (side === "remote") views.push(view("supersedes", pattern));
  return views.join("\n");
}

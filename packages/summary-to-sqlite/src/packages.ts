import { SIZE_COLUMNS, TEXT_COLUMNS } from "./package-columns.ts";
import { decodeText } from "./text.ts";

/** What is known of a package, wherever it is. A text that the summary does not have is undefined. */
export interface PackageRow {
  /** Its number in the catalogue, which it keeps as long as the full name stays in the repository. */
  readonly id: number;
  /** PKGNAME as a whole, such as `hello-2.12nb1`. */
  readonly fullName: string;
  /** PKGNAME without the version. */
  readonly name: string;
  readonly version: string;
  readonly comment: string | undefined;
  readonly pkgPath: string | undefined;
  /** As it stands in the summary; to be compared as a whole. */
  readonly buildDate: string | undefined;
  readonly license: string | undefined;
  readonly homepage: string | undefined;
  readonly pkgOptions: string | undefined;
  /** Separated by blanks, the first is the main one. */
  readonly categories: string | undefined;
  readonly opsys: string | undefined;
  readonly osVersion: string | undefined;
  readonly machineArch: string | undefined;
  readonly pkgtoolsVersion: string | undefined;
  /** The PKGPATH it had before it moved. */
  readonly prevPkgPath: string | undefined;
  /** The package file's name; undefined means the full name with `.tgz`. */
  readonly fileName: string | undefined;
  /** Algorithm, blank, hexadecimal digits. */
  readonly fileCksum: string | undefined;
  /** Bytes when installed. */
  readonly sizePkg: bigint | undefined;
  /** Bytes of the package file. */
  readonly fileSize: bigint | undefined;
}

/** A package that a repository has. */
export interface RemotePackage extends PackageRow {
  /** The repository's URL. */
  readonly repository: string;
}

/** A package that is installed. */
export interface LocalPackage extends PackageRow {
  /** Asked for by the user, rather than drawn in as a dependency of something else. */
  readonly keep: boolean;
}

/** The columns of a package in the order in which {@link toPackage} reads them, text as text or as its bytes. */
function columns(asBytes: boolean): string {
  const texts = ["name", "version", ...TEXT_COLUMNS.map(({ column }) => column)];
  const sizes = SIZE_COLUMNS.map(({ column }) => `CAST(p.${column} AS TEXT)`);
  return [
    "p.id",
    "p.raw",
    ...texts.map((column) => (asBytes ? `CAST(p.${column} AS BLOB)` : `p.${column}`)),
    ...sizes,
  ].join(", ");
}

const repository = "(SELECT url FROM repository r WHERE r.id = p.repository)";

/** Selects what {@link toRemotePackage} understands; conditions go behind it. */
export const SELECT_REMOTE: string = selectRemote(false);
/** Selects what {@link toLocalPackage} understands; conditions go behind it. */
export const SELECT_LOCAL: string = selectLocal(false);
const SELECT_RAW_REMOTE = `${selectRemote(true)} AND p.id = ?`;
const SELECT_RAW_LOCAL = `${selectLocal(true)} AND p.id = ?`;

function selectRemote(asBytes: boolean): string {
  return `SELECT ${columns(asBytes)}, ${repository} FROM remote_package p WHERE NOT p.shadowed`;
}

function selectLocal(asBytes: boolean): string {
  return `SELECT ${columns(asBytes)}, p.keep FROM local_package p WHERE TRUE`;
}

/** Reads a row again that the first time had bytes which are no UTF-8. */
type ReadAgain = (sql: string, id: number) => unknown;

/** Makes an object of a raw row of {@link SELECT_REMOTE}. */
export function toRemotePackage(row: unknown, readAgain: ReadAgain): RemotePackage {
  const cells = wellReadCells(row, SELECT_RAW_REMOTE, readAgain);
  return { ...toPackage(cells), repository: cells[20] ?? "" };
}

/** Makes an object of a raw row of {@link SELECT_LOCAL}. */
export function toLocalPackage(row: unknown, readAgain: ReadAgain): LocalPackage {
  const cells = wellReadCells(row, SELECT_RAW_LOCAL, readAgain);
  return { ...toPackage(cells), keep: (cells as unknown[])[20] === 1 };
}

type Cells = readonly (string | null)[];

function wellReadCells(row: unknown, sql: string, readAgain: ReadAgain): Cells {
  const [id, raw] = row as [number, number];
  if (raw === 0) return row as Cells;
  const cells = readAgain(sql, id) as (string | Uint8Array | null)[];
  return cells.map((cell) => (cell instanceof Uint8Array ? decodeText(cell) : cell));
}

function toPackage(cells: Cells): PackageRow {
  const text = (index: number) => cells[index] ?? undefined;
  const size = (index: number) => (cells[index] ? BigInt(cells[index]) : undefined);
  const [name, version] = [cells[2] ?? "", cells[3] ?? ""];
  return {
    id: cells[0] as unknown as number,
    fullName: `${name}-${version}`,
    name,
    version,
    comment: text(4),
    pkgPath: text(5),
    buildDate: text(6),
    license: text(7),
    homepage: text(8),
    pkgOptions: text(9),
    categories: text(10),
    opsys: text(11),
    osVersion: text(12),
    machineArch: text(13),
    pkgtoolsVersion: text(14),
    prevPkgPath: text(15),
    fileName: text(16),
    fileCksum: text(17),
    sizePkg: size(18),
    fileSize: size(19),
  };
}

import { SIZE_COLUMNS, TEXT_COLUMNS } from "./package-columns.ts";

/** What is known of a package, wherever it is. A text that the summary does not have is undefined. */
export interface PackageRow {
  /** Its number in the catalogue; another one after it has changed. */
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

const columns = [
  "id",
  "fullname",
  "name",
  "version",
  ...TEXT_COLUMNS.map(({ column }) => column),
  ...SIZE_COLUMNS.map(({ column }) => `CAST(p.${column} AS TEXT)`),
].map((column) => (column.includes("(") ? column : `p.${column}`));

/** Selects what {@link toRemotePackage} understands; conditions go behind it. */
export const SELECT_REMOTE: string = `SELECT ${columns.join(", ")}, r.url
  FROM remote_package p JOIN repository r ON r.id = p.repository WHERE NOT p.shadowed`;

/** Selects what {@link toLocalPackage} understands; conditions go behind it. */
export const SELECT_LOCAL: string = `SELECT ${columns.join(", ")}, p.keep FROM local_package p WHERE TRUE`;

/** Makes an object of a raw row of {@link SELECT_REMOTE}. */
export function toRemotePackage(row: unknown): RemotePackage {
  return { ...toPackage(row), repository: (row as string[])[columns.length] ?? "" };
}

/** Makes an object of a raw row of {@link SELECT_LOCAL}. */
export function toLocalPackage(row: unknown): LocalPackage {
  return { ...toPackage(row), keep: (row as unknown[])[columns.length] === 1 };
}

function toPackage(row: unknown): PackageRow {
  const cells = row as (string | null)[];
  const text = (index: number) => cells[index] ?? undefined;
  const size = (index: number) => (cells[index] ? BigInt(cells[index]) : undefined);
  return {
    id: cells[0] as unknown as number,
    fullName: cells[1] ?? "",
    name: cells[2] ?? "",
    version: cells[3] ?? "",
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

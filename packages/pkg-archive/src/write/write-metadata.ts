import { SpecError } from "../errors.ts";
import { encodeText } from "bz2-record-stream";
import { formatVariables } from "../variables.ts";
import { fileRecord, metadataLines } from "./complete-metadata.ts";
import type { SourceFile } from "./find-files.ts";
import type { PackageSpec } from "./package-spec.ts";

const REQUIRED_BUILD_INFO: readonly string[] = ["OPSYS", "OS_VERSION", "MACHINE_ARCH"];

/**
 * Makes the metadata of a package, in the order in which a package has it.
 *
 * @throws SpecError for what does not fit on the lines of these files
 */
export function writeMetadata(
  spec: PackageSpec,
  files: readonly SourceFile[],
): ReadonlyMap<string, Uint8Array> {
  const size = files.reduce((sum, file) => sum + file.size, 0);
  const texts: readonly (readonly [name: string, text: string | undefined])[] = [
    ["+COMMENT", `${oneLine("comment", spec.comment)}\n`],
    ["+DESC", withLineFeed(spec.description)],
    ["+INSTALL", spec.install],
    ["+DEINSTALL", spec.deinstall],
    ["+DISPLAY", spec.display === undefined ? undefined : withLineFeed(spec.display)],
    ["+BUILD_VERSION", spec.buildVersion],
    ["+BUILD_INFO", buildInfo(spec.buildInfo)],
    ["+SIZE_PKG", `${size}\n`],
    ["+SIZE_ALL", `${size}\n`],
    ["+PRESERVE", spec.preserve === true ? "" : undefined],
  ];
  const metadata = texts.flatMap(([name, text]) =>
    text === undefined ? [] : [[name, encodeText(text)] as const],
  );
  const names = metadata.map(([name]) => name);
  return new Map([["+CONTENTS", encodeText(packingList(spec, files, names))], ...metadata]);
}

function packingList(spec: PackageSpec, files: readonly SourceFile[], metadata: readonly string[]): string {
  const lines = [`@name ${fullName(spec.pkgname)}`, `@cwd ${prefix(spec.prefix)}`];
  const add = (word: string, values: readonly string[] = []): void => {
    for (const value of values) lines.push(`@${word} ${oneLine(`@${word}`, value)}`);
  };
  add("pkgdep", spec.depends);
  add("blddep", spec.buildDepends);
  add("pkgcfl", spec.conflicts);
  for (const file of files) lines.push(file.path, oneLine(file.path, fileRecord(file)));
  add("pkgdir", spec.pkgdirs);
  add("exec", spec.exec);
  add("unexec", spec.unexec);
  return `${[...lines, ...metadataLines(metadata)].join("\n")}\n`;
}

function buildInfo(variables: PackageSpec["buildInfo"]): string {
  const missing = REQUIRED_BUILD_INFO.filter((name) => variables[name] === undefined);
  if (missing.length > 0) throw new SpecError(`buildInfo must have ${missing.join(", ")}`);
  const sorted = Object.entries(variables).toSorted(([a], [b]) => (a < b ? -1 : Number(a > b)));
  return formatVariables(sorted.map(([name, value]) => [name, [value].flat()]));
}

function fullName(pkgname: string): string {
  if (/^[\x21-\x2e\x30-\x7e]+-[\x21-\x2c\x2e\x30-\x7e]+$/.test(pkgname)) return pkgname;
  throw new SpecError(
    `${JSON.stringify(pkgname)} cannot be the name of a package; NAME-VERSION was expected`,
  );
}

function prefix(path: string): string {
  if (path.startsWith("/")) return oneLine("prefix", path);
  throw new SpecError(`the prefix ${JSON.stringify(path)} was expected to be an absolute path`);
}

function oneLine(what: string, text: string): string {
  if (!/[\n\0]/.test(text)) return text;
  throw new SpecError(`${what}: one line was expected, found ${JSON.stringify(text)}`);
}

function withLineFeed(text: string): string {
  return text.endsWith("\n") ? text : `${text}\n`;
}

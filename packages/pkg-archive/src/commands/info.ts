import type { PackageReader } from "../read/open-package.ts";
import { decodeText } from "bz2-record-stream";
import { parseVariables, type Variables } from "../variables.ts";
import { type Command, onlyOperand, parseCommandLine } from "./command.ts";
import { printable, printableLines } from "./printable.ts";
import { openFile, readPackage } from "./read-package.ts";

/** `pkg-archive info FILE` */
export const info: Command = {
  usage: "info FILE",
  about: "what a package says about itself",
  help: `  --json              as a JSON object
`,
  async *run(args) {
    const { operands, values } = parseCommandLine(args, { json: { type: "boolean" } });
    const path = onlyOperand(operands, "FILE");
    const facts = await readPackage({ path, bytes: openFile(path) }, describe);
    yield values.json === true ? `${JSON.stringify(asJson(facts))}\n` : asText(facts);
  },
};

interface Facts {
  readonly pkgname: string;
  readonly comment: string;
  readonly description: string;
  readonly prefix: string;
  readonly files: number;
  /** What the files take when they are installed, in bytes. */
  readonly size: number | undefined;
  /** The kind of the signature. */
  readonly signature: string | undefined;
  readonly depends: readonly string[];
  readonly conflicts: readonly string[];
  readonly buildInfo: Variables;
}

function describe({ packingList, metadata, signature }: PackageReader): Facts {
  const textOf = (name: string): string => decodeText(metadata.get(name) ?? new Uint8Array(0));
  const size = textOf("+SIZE_PKG").trim();
  return {
    pkgname: packingList.pkgname,
    comment: textOf("+COMMENT").trim(),
    description: textOf("+DESC"),
    prefix: packingList.prefix,
    files: packingList.files.length,
    size: /^\d+$/.test(size) ? Number(size) : undefined,
    signature: signature?.kind,
    depends: packingList.dependencies,
    conflicts: packingList.conflicts,
    buildInfo: parseVariables(textOf("+BUILD_INFO")),
  };
}

function asJson({ buildInfo, ...facts }: Facts): object {
  return { ...facts, buildInfo: Object.fromEntries(buildInfo) };
}

function asText(facts: Facts): string {
  const rows: readonly (readonly [label: string, value: string | number | undefined])[] = [
    ["Name", facts.pkgname],
    ["Comment", facts.comment],
    ["Prefix", facts.prefix],
    ["Files", facts.files],
    ["Size", facts.size],
    ["Signed", facts.signature],
    ...facts.depends.map((pattern) => ["Depends", pattern] as const),
    ...facts.conflicts.map((pattern) => ["Conflicts", pattern] as const),
    ...[...facts.buildInfo].map(([name, values]) => [name, values.join(" ")] as const),
  ];
  const shown = rows.filter(([, value]) => value !== undefined);
  const lines = shown.map(([label, value]) => printable(`${label}: ${value}`));
  return `${lines.join("\n")}\n\n${printableLines(facts.description.trimEnd())}\n`;
}

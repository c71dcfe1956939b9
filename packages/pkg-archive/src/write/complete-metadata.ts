import { parsePackingList } from "../packing-list/parse-packing-list.ts";
import type { PackingLine } from "../packing-list/packing-lines.ts";
import { decodeText, encodeText } from "bz2-record-stream";
import type { SourceFile } from "./find-files.ts";

type Metadata = ReadonlyMap<string, Uint8Array>;

/**
 * Adds what the metadata of a package can lack: the digest or link target of a file, the lines about the metadata itself at the
 * end of the packing list, and the size of the files.
 *
 * @param files those of the packing list, in its order
 */
export function completeMetadata(metadata: Metadata, files: readonly SourceFile[]): Metadata {
  const size = files.reduce((sum, file) => sum + file.size, 0);
  const sized: Metadata = new Map([["+SIZE_PKG", encodeText(`${size}\n`)], ...metadata]);
  const lines = [...parsePackingList(decodeText(metadata.get("+CONTENTS") ?? new Uint8Array(0))).lines];
  let text = "";
  let isIgnored = false;
  let count = 0;
  lines.forEach((line, index) => {
    text += line.text.endsWith("\n") ? line.text : `${line.text}\n`;
    if (line.word === undefined && line.argument === "") return;
    const file = line.word === undefined && !isIgnored ? files[count++] : undefined;
    if (file !== undefined && !isRecord(lines[index + 1])) text += `${fileRecord(file)}\n`;
    isIgnored = line.word === "ignore" && !isIgnored;
  });
  if (!lines.some(({ word }) => word === "ignore"))
    for (const line of metadataLines([...sized.keys()])) text += `${line}\n`;
  return new Map([...sized, ["+CONTENTS", encodeText(text)]]);
}

function isRecord(line: PackingLine | undefined): boolean {
  return line?.word === "comment" && /^(?:MD5|Symlink):/.test(line.argument);
}

/** The line that follows a file in a packing list. */
export function fileRecord({ type, md5, target }: SourceFile): string {
  return type === "symlink" ? `@comment Symlink:${target}` : `@comment MD5:${md5}`;
}

/** The lines about the metadata files at the end of a packing list. */
export function metadataLines(names: readonly string[]): readonly string[] {
  const lines = names.filter((name) => name !== "+CONTENTS").flatMap((name) => ["@ignore", name]);
  return ["@cwd .", ...lines, ...(names.includes("+DISPLAY") ? ["@display +DISPLAY"] : [])];
}

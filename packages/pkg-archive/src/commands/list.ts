import type { PackingFile } from "../packing-list/packing-list.ts";
import { type Command, onlyOperand, parseCommandLine } from "./command.ts";
import { printable } from "./printable.ts";
import { openFile, readPackage } from "./read-package.ts";

/** `pkg-archive list FILE` */
export const list: Command = {
  usage: "list FILE",
  about: "the files of a package, by their absolute paths",
  help: `  --json              a JSON object for each, with its digest or where it leads
`,
  async *run(args) {
    const { operands, values } = parseCommandLine(args, { json: { type: "boolean" } });
    const path = onlyOperand(operands, "FILE");
    const { files, prefix } = await readPackage(
      { path, bytes: openFile(path) },
      ({ packingList }) => packingList,
    );
    const print = values.json === true ? asJson : asText;
    for (const file of files) yield `${print({ ...file, path: `${prefix}/${file.path}` })}\n`;
  },
};

function asText({ path }: PackingFile): string {
  return printable(path);
}

function asJson({ path, md5, target, mode, owner, group }: PackingFile): string {
  return JSON.stringify({ path, md5, target, mode: mode?.toString(8).padStart(4, "0"), owner, group });
}

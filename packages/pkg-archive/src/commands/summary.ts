import { SUMMARY_FORMATS, type SummaryFormat, writeSummary } from "../summary/write-summary.ts";
import { type Command, onlyOperand, parseCommandLine, UsageError } from "./command.ts";

/** `pkg-archive summary DIR` */
export const summary: Command = {
  usage: "summary DIR [--format gz|bz2|xz|zst]...",
  about: "writes pkg_summary of the packages in a directory there, which makes it a repository",
  help: `  --format FORMAT     one to write besides those that are there, which are renewed; gz if there is none

Of files that have not changed since the last time the records are taken over.
`,
  async *run(args, { signal }) {
    const { operands, values } = parseCommandLine(args, { format: { type: "string", multiple: true } });
    const formats = (values.format ?? []).map(parseFormat);
    const { names, packages, read } = await writeSummary(onlyOperand(operands, "DIR"), { formats, signal });
    yield `${names.join(", ")}: ${packages} ${packages === 1 ? "package" : "packages"}, ${read} read\n`;
  },
};

function parseFormat(format: string): SummaryFormat {
  const found = SUMMARY_FORMATS.find((each) => each === format);
  if (found !== undefined) return found;
  throw new UsageError(
    `--format: ${SUMMARY_FORMATS.join(", ")} was expected, found ${JSON.stringify(format)}`,
  );
}

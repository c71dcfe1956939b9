import { normalise, type Profile, toDifferenceGraph, toHtmlReport } from "dtrace-tools";
import { UsageError } from "../errors.ts";
import { readCount, readOptions } from "../options.ts";
import { type Look, PICTURE_OPTIONS, readLook, readStackChange, STACK_OPTIONS } from "../picture.ts";
import { differenceJson, differenceMarkdown, differenceText } from "../report/difference.ts";
import { writeOut } from "../save.ts";
import { readSubject, type Subject } from "../subject.ts";
import type { Outcome, VerbBody, VerbContext } from "../verb.ts";

const OPTIONS = {
  json: { type: "boolean", help: "both sides and every frame, for programs" },
  markdown: { type: "boolean", help: "tables for a pull request" },
  svg: { type: "string", value: "OUT", help: "both flame graphs, coloured by change; OUT is a file, or -" },
  html: { type: "string", value: "OUT", help: "a page that shows one side or the other" },
  normalise: { type: "boolean", help: "scale the second to the total of the first" },
  limit: { type: "string", value: "N", help: "how many frames (20)" },
  ...PICTURE_OPTIONS,
  ...STACK_OPTIONS,
} as const;

/** `memprof diff`: says how two recordings differ, as a table, JSON or a picture that names both sides. */
export const diffVerb: VerbBody = { options: OPTIONS, run: runDiff };

async function runDiff({ args, report }: VerbContext): Promise<Outcome> {
  const { values, positionals } = readOptions(args, OPTIONS);
  const [first, second, surplus] = positionals;
  if (first === undefined || second === undefined || surplus !== undefined) {
    throw new UsageError(`two recordings were expected, BEFORE and AFTER, found ${positionals.length}`);
  }
  const look = readLook(values);
  const change = readStackChange(values);
  const limit = readCount("--limit", values.limit);
  const before = changed(await readSubject(first), change);
  let after = changed(await readSubject(second), change);
  if (values.normalise === true)
    after = changed(after, (profile) => normalise(profile, before.profile.total));
  if (values.svg !== undefined) await writeOut(values.svg, picture(before, after, look), report);
  if (values.html !== undefined) await writeOut(values.html, page(before, after, look), report);
  if (values.json === true) await report.print([differenceJson(before, after)]);
  else if (values.markdown === true) await report.print([differenceMarkdown(before, after, { limit })]);
  else if (values.svg === undefined && values.html === undefined) {
    await report.print(differenceText(before, after, { limit, columns: report.columns }));
  }
  return { status: 0 };
}

function picture(before: Subject, after: Subject, look: Look): Iterable<string> {
  const names = { beforeName: `BEFORE ${before.file}`, afterName: `AFTER ${after.file}` };
  const title = look.title ?? `heap growth, ${before.file} and ${after.file}`;
  return toDifferenceGraph(before.profile, after.profile, { ...look, ...names, title });
}

function page(before: Subject, after: Subject, { title }: Look): Iterable<string> {
  return toHtmlReport(
    { ...after, name: after.file },
    { title: title ?? `${after.name} - before and after`, before: { ...before, name: before.file } },
  );
}

function changed(subject: Subject, change: (profile: Profile) => Profile): Subject {
  return { ...subject, profile: change(subject.profile) };
}

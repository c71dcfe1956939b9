import { compare, type FrameChange, frameChanges } from "../profile/compare.ts";
import type { Profile } from "../profile/profile.ts";
import { changeText } from "./difference-graph.ts";
import { formatRows, frameCode, printable, type TableOptions } from "./table.ts";

/** Writes how the frames of two profiles differ, the largest change first; frames that are the same are left out. */
export function toChangeTable(before: Profile, after: Profile, options: TableOptions = {}): string {
  const changes = frameChanges(compare(before, after)).filter(
    (one) => one.change !== 0 || one.selfChange !== 0,
  );
  const markdown = options.style === "markdown";
  const heading = ["before", "after", `change, ${after.unit}`, "%", "self change", "frame"];
  const rows = changes.slice(0, options.limit ?? 20).map((one) => row(one, markdown));
  return formatRows([heading, ...rows], markdown);
}

function row(one: FrameChange, markdown: boolean): string[] {
  const { before, after, change, selfChange } = one;
  const name = markdown ? frameCode(one.name) : printable(one.name);
  return [String(before), String(after), signed(change), changeText(before, after), signed(selfChange), name];
}

function signed(value: number): string {
  return value > 0 ? `+${value}` : String(value);
}

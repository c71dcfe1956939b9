import { expect, test } from "vitest";
import { verbs } from "../cli.ts";
import { help } from "./help.ts";

test.each(verbs.filter(({ hidden }) => hidden !== true))(
  "help on $name says how it is used, and fits on a terminal",
  (verb) => {
    const text = help(verb);
    expect(text).toMatch(new RegExp(`^Usage: pkgin \\[OPTION\\]\\.\\.\\. ${verb.name}(?: |\n)`));
    expect(text).toContain(`\n\n${verb.summary}.\n`);
    expect(text).toMatch(/\n\nExit status:\n {2}0 {23}all went well\n {2}1 {23}\S/);
    expect(text.endsWith("\n")).toBe(true);
    expect(text.split("\n").filter((line) => line.length > 80)).toEqual([]);
  },
);

test("help on everything has each verb once, with its short name", () => {
  const text = help(undefined);
  for (const { name, alias, hidden } of verbs) {
    const line = `\n  ${alias === undefined ? name : `${name}, ${alias}`}`;
    expect(text.split(line).length - 1).toBeGreaterThanOrEqual(hidden === true ? 0 : 1);
  }
  expect(text).not.toContain("tonic");
  expect(text.split("\n").filter((line) => line.length > 80)).toEqual([]);
});

test("every verb and short name is there once", () => {
  const words = verbs.flatMap(({ name, alias }) => (alias === undefined ? [name] : [name, alias]));
  expect(new Set(words).size).toBe(words.length);
});

test("verbs that wait for another pkgin say so", () => {
  for (const verb of verbs) {
    if ("loadPlain" in verb || (verb.changes === undefined && verb.removes !== true)) continue;
    expect([verb.name, verb.options?.includes("wait")]).toEqual([verb.name, true]);
  }
});

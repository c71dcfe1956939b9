import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { verbs } from "../src/cli.ts";
import { bin, runCommand } from "./run-pkgin.ts";
import { openScene, type Scene } from "./scene.ts";

/*
 * Every verb that has a JSON form: what it prints where all goes well, and where what it is asked for is not there. In either
 * case standard output is one JSON text, or nothing where an error ends the run.
 */

let scene: Scene;

beforeAll(async () => {
  scene = await openScene([
    {
      pkgname: "libgreet-1.0",
      files: { "lib/greet": "x" },
      buildInfo: { PROVIDES: ["/usr/lib/libgreet.so"] },
    },
    { pkgname: "hello-2.0", depends: ["libgreet>=1.0"], buildInfo: { REQUIRES: ["/bin/sh"] } },
    { pkgname: "lua-5" },
  ]);
  await scene.pkgin(["-y", "install", "hello"]);
  await scene.pkgin(["hold", "hello"]);
  writeFileSync(join(scene.prefix, "list"), "misc/lua\n");
});

afterAll(() => scene.close());

const named = (...fullNames: readonly string[]): unknown =>
  fullNames.map((fullName) => expect.objectContaining({ fullName }) as unknown);
const plan = (install: readonly string[], remove: readonly string[] = [], more: object = {}): unknown =>
  expect.objectContaining({ install: named(...install), remove: named(...remove), ...more });

/** Behind each verb its arguments and what it prints. */
const GOOD: Readonly<Record<string, readonly [args: string, printed: unknown]>> = {
  list: ["", named("hello-2.0", "libgreet-1.0")],
  avail: ["", named("hello-2.0", "libgreet-1.0", "lua-5")],
  search: ["hel", [expect.objectContaining({ fullName: "hello-2.0", sign: "=" })]],
  install: ["lua --dry-run", plan(["lua-5"])],
  upgrade: ["--dry-run", plan([])],
  "full-upgrade": ["--dry-run", plan([])],
  remove: ["libgreet --dry-run", plan([], ["hello-2.0", "libgreet-1.0"])],
  keep: ["hello", []],
  unkeep: ["libgreet", []],
  export: ["", [expect.objectContaining({ fullName: "hello-2.0", pkgPath: "misc/hello" })]],
  import: ["PREFIX/list --dry-run", plan(["lua-5"])],
  "show-keep": ["", named("hello-2.0")],
  "show-no-keep": ["", named("libgreet-1.0")],
  autoremove: ["--dry-run", plan([])],
  "show-deps": ["hello", [{ pattern: "libgreet>=1.0", fullName: "libgreet-1.0" }]],
  "show-full-deps": ["hello", [{ pattern: "libgreet>=1.0", fullName: "libgreet-1.0" }]],
  "show-rev-deps": ["libgreet", ["hello-2.0"]],
  provides: ["libgreet", ["/usr/lib/libgreet.so"]],
  requires: ["hello", ["/bin/sh"]],
  "show-category": ["misc", expect.arrayContaining(named("hello-2.0", "lua-5") as unknown[])],
  "show-pkg-category": ["lua", [expect.objectContaining({ fullName: "lua-5", categories: ["misc"] })]],
  "show-all-categories": ["", ["misc"]],
  stats: ["", expect.objectContaining({ installed: 2, available: 3 })],
  info: ["lua", named("lua-5")],
  files: ["libgreet", [{ fullName: "libgreet-1.0", files: ["PREFIX/lib/greet"] }]],
  which: ["PREFIX/lib/greet", [expect.objectContaining({ fullName: "libgreet-1.0" })]],
  why: ["libgreet", { fullName: "libgreet-1.0", keep: false, chains: [["hello-2.0", "libgreet-1.0"]] }],
  outdated: ["", []],
  hold: ["", [{ fullName: "hello-2.0", pattern: "hello-2.0" }]],
  unhold: ["libgreet", []],
  download: [
    "lua",
    [expect.objectContaining({ fullName: "lua-5", file: "PREFIX/lua-5.tgz", size: expect.any(Number) })],
  ],
  history: ["", [expect.objectContaining({ id: 1, status: "done", command: ["install", "hello"] })]],
  undo: ["--dry-run", plan([], ["hello-2.0", "libgreet-1.0"])],
  verify: ["", []],
  doctor: ["", []],
  repo: ["", []],
  clean: ["", []],
};

/** Behind each verb what is not there, and what is printed then; undefined for nothing. */
const FAILING: Readonly<Record<string, readonly [args: string, printed: unknown]>> = {
  search: ["nosuch", []],
  install: ["nosuch --dry-run", plan([], [], { unavailable: [expect.anything()] })],
  upgrade: ["nosuch --dry-run", plan([])],
  remove: ["nosuch --dry-run", plan([])],
  keep: ["nosuch", []],
  unkeep: ["nosuch", []],
  import: ["/nonexistent --dry-run", undefined],
  "show-deps": ["nosuch", []],
  "show-full-deps": ["nosuch", []],
  "show-rev-deps": ["nosuch", []],
  provides: ["nosuch", undefined],
  requires: ["nosuch", undefined],
  "show-pkg-category": ["nosuch", []],
  info: ["nosuch", []],
  files: ["nosuch", []],
  which: ["/nonexistent", [{ file: "/nonexistent", path: "/nonexistent" }]],
  why: ["nosuch", { fullName: null, keep: false, chains: [] }],
  hold: ["nosuch", []],
  unhold: ["nosuch", []],
  audit: ["--offline", undefined],
  download: ["nosuch", []],
  history: ["99", undefined],
  undo: ["99 --dry-run", undefined],
  verify: ["nosuch", []],
  repo: ["frob", undefined],
};

/** Runs a verb in the prefix, as download puts files where it is run. */
async function json(verb: string, args: string) {
  const words = args.split(" ").filter((word) => word !== "");
  const shell = ["sh", "-c", 'cd "$1" && shift && exec "$@"', "sh", scene.prefix, process.execPath, bin];
  const line = ["--prefix", scene.prefix, verb, "--json", ...words.map(inPrefix)];
  const run = await runCommand([...shell, ...line], { env: { PKG_REPOS: scene.server.url } });
  const printed = run.stdout.replaceAll(scene.prefix, "PREFIX");
  return { ...run, printed: printed === "" ? undefined : (JSON.parse(printed) as unknown) };
}

function inPrefix(word: string): string {
  return word.replace("PREFIX", scene.prefix);
}

test("all verbs that have a JSON form are below", () => {
  const having = verbs.filter(({ options }) => options?.includes("json")).map(({ name }) => name);
  expect(having.filter((name) => !Object.hasOwn(GOOD, name) && !Object.hasOwn(FAILING, name))).toEqual([]);
});

test.each(Object.entries(GOOD))("%s prints one JSON text", async (verb, [args, printed]) => {
  const run = await json(verb, args);
  expect(run.printed).toEqual(printed);
  expect(run.status).toBe(0);
});

test.each(Object.entries(FAILING))(
  "%s does so, too, where something is missing",
  async (verb, [args, printed]) => {
    const run = await json(verb, args);
    expect(run.printed).toEqual(printed);
    expect(run.stderr).not.toBe("");
    expect(run.status).toBe(1);
  },
);

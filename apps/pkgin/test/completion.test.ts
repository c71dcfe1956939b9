import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { createRepository } from "sample-repository";
import { machineTool } from "test-support";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commandOnTerminal, noTerminal } from "./run-on-terminal.ts";
import { bin, environment, runPkgin } from "./run-pkgin.ts";
import { openScene, type Scene } from "./scene.ts";

let scene: Scene;
let env: NodeJS.ProcessEnv;

/** Each of the shells has to find these; what has just one continuation is found by all in the same way. */
const SINGLE: readonly [typed: string, completed: string][] = [
  ["pkgin show-k", "show-keep"],
  ["pkgin --prefix /tmp -y aud", "audit"],
  ["pkgin install libgr", "libgreet"],
  ["pkgin install lua --off", "--offline"],
  ["pkgin rm l", "lua"],
  ["pkgin -yd rm --offline l", "lua"],
  ["pkgin -- inst", "install"],
  ["pkgin --prefix ~/other install li", "library"],
  ["pkgin install --prefix=~/other li", "library"],
  ["pkgin show-category m", "misc"],
  ["pkgin --backend n", "native"],
  ["pkgin --verify s", "signature"],
  ["pkgin repo d", "disable"],
  ["pkgin completion f", "fish"],
  ["pkgin which /etc/host.con", "/etc/host.conf"],
];

beforeAll(async () => {
  scene = await openScene([{ pkgname: "libgreet-1.0" }, { pkgname: "lua-5" }]);
  await scene.pkgin(["-y", "install", "lua"]);
  const other = join(scene.prefix, "other");
  await createRepository(join(other, "repository"), [{ pkgname: "library-9" }]);
  await scene.pkgin(["--prefix", other, "update"], { env: { PKG_REPOS: `file://${other}/repository` } });
  const programs = join(scene.prefix, "programs");
  mkdirSync(programs);
  const program = `#!/bin/sh\nexec "${process.execPath}" "${bin}" --prefix "${scene.prefix}" "$@"\n`;
  writeFileSync(join(programs, "pkgin"), program, { mode: 0o755 });
  env = environment({
    PATH: `${programs}${delimiter}${process.env["PATH"]}`,
    PKG_REPOS: scene.server.url,
    HOME: scene.prefix,
    TERM: "vt100",
  });
});

afterAll(() => scene.close());

/** Writes a shell's script. @returns its path */
async function scriptFor(shell: string, name: string): Promise<string> {
  const file = join(scene.prefix, name);
  writeFileSync(file, (await runPkgin(["completion", shell])).stdout);
  return file;
}

function run(shell: string, args: readonly string[]): string {
  const { stderr, stdout } = spawnSync(shell, args, { env, encoding: "utf8" });
  expect(stderr).toBe("");
  return stdout.trimEnd();
}

describe.skipIf(machineTool("bash") === undefined)("bash (needs bash)", () => {
  const ASKED = 'source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _pkgin; echo "${COMPREPLY[@]}"';
  let script: string;
  const complete = (words: string) => run("bash", ["-c", ASKED, script, ...words.split(/ |(?==)|(?<==)/)]);
  beforeAll(async () => void (script = await scriptFor("bash", "pkgin.bash")));

  test.each(SINGLE)("completes %s with %s", (typed, completed) => {
    expect(complete(typed)).toBe(completed);
  });

  test("offers nothing where anything may stand, and knows words that it takes apart", () => {
    expect(complete("pkgin --proxy ")).toBe("");
    expect(complete("pkgin repo add d")).toBe("");
    expect(complete("pkgin -y install l")).toBe("libgreet lua");
    expect(complete("pkgin --backend = n")).toBe("native");
    expect(complete("pkgin --backend =")).toBe("native tools");
    expect(complete("pkgin --prefix = /tmp --wait = 5 aud")).toBe("audit");
    expect(complete(`pkgin --prefix '${scene.prefix}/other' install l`)).toBe("library");
  });
});

describe.skipIf(machineTool("fish") === undefined)("fish (needs fish)", () => {
  let script: string;
  const complete = (typed: string) =>
    run("fish", ["--no-config", "-c", 'source $argv[1]; complete -C "$argv[2]"', script, typed])
      .split("\n")
      .map((line) => line.split("\t")[0]);
  beforeAll(async () => void (script = await scriptFor("fish", "pkgin.fish")));

  test.each(SINGLE)("completes %s with %s", (typed, completed) => {
    expect(complete(typed)).toEqual([completed]);
  });

  test("offers nothing where anything may stand, and explains what it offers", () => {
    expect(complete("pkgin --proxy ")).toEqual([""]);
    expect(complete("pkgin repo add d")).toEqual([""]);
    expect(complete("pkgin -y install l")).toEqual(["libgreet", "lua"]);
    expect(complete("pkgin --backend=n")).toEqual(["--backend=native"]);
    expect(complete("pkgin -l ")).toEqual(["<", "=", ">"]);
  });
});

describe.skipIf(machineTool("zsh") === undefined || noTerminal !== undefined)(
  "zsh on a terminal (needs zsh and python3)",
  () => {
    /** Typed keys are completed by a tab; another key notes what the line has become, and begins a new one. */
    const RC = `
PS1='ready> '
fpath=("$HOME/functions" $fpath)
autoload -Uz compinit; compinit -u -D
note() { print -r -- "$BUFFER" >> "$HOME/noted"; BUFFER= }
zle -N note
bindkey '^T' note
`;

    test("completes the same", async () => {
      mkdirSync(join(scene.prefix, "functions"));
      await scriptFor("zsh", "functions/_pkgin");
      writeFileSync(join(scene.prefix, ".zshrc"), RC);
      const typed = [...SINGLE, ["pkgin --proxy n"], ["pkgin --backend=n"]].map(([line]) => line);
      await commandOnTerminal(["zsh", "-d", "-i"], {
        env: { ...env, ZDOTDIR: scene.prefix },
        inputWhen: async (output) => {
          await output(/ready> /);
          return `${typed.map((line) => `${line}\t\u0014`).join("")}exit\n`;
        },
      });
      const noted = readFileSync(join(scene.prefix, "noted"), "utf8").trimEnd().split("\n");
      const expected = SINGLE.map(([line, completed]) => `${line.replace(/\S*$/, "")}${completed}`);
      expect(noted.map((line) => line.trimEnd())).toEqual([
        ...expected,
        "pkgin --proxy n",
        "pkgin --backend=native",
      ]);
    });
  },
);

test.each(["bash", "zsh", "fish"])("%s is told every verb and option", async (shell) => {
  const { status, stdout } = await runPkgin(["completion", shell]);
  expect(status).toBe(0);
  for (const word of ["show-full-deps", "outdated", "protect-kept", "cacert"]) expect(stdout).toContain(word);
});

test("names are offered without making anything, and none where nothing is known", async () => {
  const prefix = join(scene.prefix, "still-typed");
  expect(await runPkgin(["--prefix", prefix, "completion", "remote"])).toEqual({
    status: 0,
    stdout: "",
    stderr: "",
  });
  expect(existsSync(prefix)).toBe(false);
});

test("a name that would mean something to a shell is not offered", async () => {
  const prefix = join(scene.prefix, "hostile");
  const repository = join(prefix, "repository");
  await createRepository(repository, [{ pkgname: "c++-1" }], {
    otherRecords: ["$(id)", "`id`", "a b", "it's", "*", "-y", "~", "a;b"].map((name) =>
      Buffer.from(`PKGNAME=${name}-1\nCATEGORIES=misc ${name}\nFILE_SIZE=1\n\n`),
    ),
  });
  await scene.pkgin(["--prefix", prefix, "update"], { env: { PKG_REPOS: `file://${repository}` } });
  const offered = async (kind: string) => (await runPkgin(["--prefix", prefix, "completion", kind])).stdout;
  expect(await offered("remote")).toBe("c++\n");
  expect(await offered("categories")).toBe("a\nb\nmisc\n");
});

test("another shell is refused, with those that are known", async () => {
  expect(await runPkgin(["completion", "tcsh"])).toEqual({
    status: 1,
    stdout: "",
    stderr: 'pkgin: completion: bash, zsh, fish was expected, found "tcsh"\n',
  });
});

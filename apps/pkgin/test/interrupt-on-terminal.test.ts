import { readFileSync } from "node:fs";
import { join } from "node:path";
import { serve } from "test-support";
import { expect, onTestFinished, test } from "vitest";
import { noTerminal } from "./run-on-terminal.ts";
import { type Scene, setScene } from "./scene.ts";

const CONTROL_C = "\u0003";
const CONTROL_D = "\u0004";

/** Serves a repository's summary, and of each package file the first bytes only. */
async function stalling({ directory }: Scene): Promise<NodeJS.ProcessEnv> {
  const server = await serve((request, response) => {
    const name = request.url?.slice(1) ?? "";
    if (!/^(?:pkg_summary\.gz|.*\.tgz)$/.test(name)) return void response.writeHead(404).end();
    const bytes = readFileSync(join(directory, name));
    response.writeHead(200, { "content-length": bytes.length });
    if (name.endsWith(".tgz")) response.write(bytes.subarray(0, 100));
    else response.end(bytes);
  });
  onTestFinished(() => server.close());
  return { PKG_REPOS: server.url, TERM: "vt100" };
}

test.skipIf(noTerminal !== undefined).each([
  ["one package", ["hello"]],
  ["several packages", ["hello", "lua"]],
])("what is said of an interrupted download of %s stands on a line of its own", async (_, names) => {
  const scene = await setScene([{ pkgname: "hello-1.0" }, { pkgname: "lua-5" }]);
  const env = await stalling(scene);
  await scene.pkgin(["update"], { env });
  const { status, stdout } = await scene.onTerminal(["-y", "install", ...names], {
    env,
    inputWhen: async (output) => {
      await output(/\.tgz {3} *\d+%.*--:--|\.tgz {3} *\d+% +\d+B/);
      return CONTROL_C;
    },
  });
  expect(status).toBe(130);
  // Bars that are in the way are cleared.
  expect(stdout.replaceAll("\u001b[J", "\n")).toMatch(/\npkgin: interrupted\n$/);
});

test.skipIf(noTerminal !== undefined)("and so does what is said at a question", async () => {
  const scene = await setScene([{ pkgname: "hello-1.0" }]);
  await scene.pkgin(["update"]);
  const { status, stdout } = await scene.onTerminal(["install", "hello"], {
    inputWhen: async (output) => {
      await output(/proceed \? \[Y\/n\] $/);
      return CONTROL_C;
    },
  });
  expect(status).toBe(130);
  expect(stdout).toMatch(/\nproceed \? \[Y\/n\] \npkgin: interrupted\n$/);
});

test.skipIf(noTerminal !== undefined)(
  "the end of input at a question leaves the line to nobody else",
  async () => {
    const scene = await setScene([{ pkgname: "hello-1.0" }]);
    await scene.pkgin(["update"]);
    const { status, stdout } = await scene.onTerminal(["install", "hello"], {
      inputWhen: async (output) => {
        await output(/proceed \? \[Y\/n\] $/);
        return CONTROL_D;
      },
    });
    expect(status).toBe(0);
    expect(stdout).toMatch(/\nproceed \? \[Y\/n\] \n$/);
  },
);

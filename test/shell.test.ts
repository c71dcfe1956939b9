import { spawnSync, execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { encodeBzip2, serve } from "../support/src/index.ts";

/* The stream packages as a shell connects them. */

const hasBash = spawnSync("bash", ["-c", "true"]).status === 0;
const names = ["fetch-to-fd", "bz2-record-stream", "summary-to-sqlite"] as const;
const [fetch, decompress, store] = names.map(
  (name) => `'${process.execPath}' '${join(import.meta.dirname, "../packages", name, "dist/bin.js")}'`,
);

function summary(count: number, comment: string): Buffer {
  const records = Array.from({ length: count }, (_, index) => `PKGNAME=p${index}-1\nCOMMENT=${comment}\n`);
  return Buffer.from(records.join("\n"));
}

interface Result {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Brings a URL into a catalogue. @returns the status of the whole pipeline */
async function update(url: string, database: string): Promise<Result> {
  const script = `set -o pipefail; ${fetch} --retries 0 '${url}' | ${decompress} --ndjson | ${store} '${database}' --repository http://127.0.0.1/`;
  return promisify(execFile)("bash", ["-c", script]).then(
    ({ stdout, stderr }) => ({ status: 0, stdout, stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({ ...error, status: error.code }),
  );
}

test.skipIf(!hasBash)(
  "a shell can do what an update does, and what goes wrong changes nothing (needs bash)",
  async () => {
    const directory = mkdtempSync(join(tmpdir(), "shell-"));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const database = join(directory, "catalogue.db");
    const packed = encodeBzip2(summary(3000, "old"));
    const newer = encodeBzip2(summary(4000, "new"));
    const answers = new Map<string, Uint8Array>([
      ["/pkg_summary.bz2", packed],
      ["/pkg_summary.gz", gzipSync(summary(3001, "old"))],
      ["/cut.bz2", newer.subarray(0, -1000)],
      ["/html", Buffer.from("<html>not here</html>\n")],
    ]);
    const server = await serve((request, response) => {
      const body = answers.get(request.url ?? "");
      response.writeHead(body === undefined ? 404 : 200).end(body);
    });
    onTestFinished(() => server.close());
    expect((await update(`${server.url}/pkg_summary.bz2`, database)).stdout).toBe(
      "3000 packages: 3000 added, 0 changed, 0 removed, 0 unchanged\n",
    );
    for (const bad of ["cut.bz2", "html", "missing"]) {
      const { status, stdout, stderr } = await update(`${server.url}/${bad}`, database);
      expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
      expect(stderr).toContain("summary-to-sqlite: ");
    }
    expect((await update(`${server.url}/pkg_summary.gz`, database)).stdout).toBe(
      "3001 packages: 1 added, 0 changed, 0 removed, 3000 unchanged\n",
    );
  },
);

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toHtmlReport } from "dtrace-tools";
import { UsageError } from "../errors.ts";
import { readCount, readOptions } from "../options.ts";
import type { Report } from "../report/report.ts";
import { readSubject } from "../subject.ts";
import type { Outcome, VerbBody, VerbContext } from "../verb.ts";

const OPTIONS = {
  serve: { type: "boolean", help: "by a server on this machine until it is interrupted, not by a file" },
  port: { type: "string", value: "N", help: "the server's port (any that is free)" },
} as const;

/** `memprof view`: shows recordings in a browser; the page is one file, which is opened or served on this machine. */
export const viewVerb: VerbBody = { options: OPTIONS, run: runView };

async function runView({ args, report }: VerbContext): Promise<Outcome> {
  const { values, positionals } = readOptions(args, OPTIONS);
  const [first, second, surplus] = positionals;
  if (first === undefined || surplus !== undefined) {
    throw new UsageError(`one recording was expected, or two, BEFORE and AFTER; found ${positionals.length}`);
  }
  const port = readCount("--port", values.port, 0) ?? 0;
  if (port > 65_535) throw new UsageError(`--port: expected a number up to 65535, found ${port}`);
  const page = Buffer.from([...(await pageOf(first, second))].join(""));
  const asked = values.serve === true || values.port !== undefined;
  if (asked || !hasBrowser() || !(await opened(page))) await serve(page, port, report);
  return { status: 0 };
}

async function pageOf(first: string, second: string | undefined): Promise<Iterable<string>> {
  const one = await readSubject(first);
  if (second === undefined) return toHtmlReport(one);
  const other = await readSubject(second);
  return toHtmlReport({ ...other, name: second }, { before: { ...one, name: first }, title: other.name });
}

/** Over a plain network login there is no screen to open a browser on. */
function hasBrowser({ DISPLAY, WAYLAND_DISPLAY, BROWSER } = process.env): boolean {
  return process.platform === "darwin" || (DISPLAY ?? WAYLAND_DISPLAY ?? BROWSER) !== undefined;
}

/** Opens the page in the person's browser; tells whether that could be done. */
async function opened(page: Buffer): Promise<boolean> {
  const directory = await mkdtemp(join(tmpdir(), "memprof-"));
  const file = join(directory, "memprof.html");
  await writeFile(file, page);
  const opener = process.platform === "darwin" ? "open" : "xdg-open";
  const child = spawn(opener, [file], { stdio: "ignore" });
  const done = await once(child, "close").catch(() => [1]);
  if (done[0] === 0) return true;
  await rm(directory, { recursive: true });
  return false;
}

async function serve(page: Buffer, port: number, report: Report): Promise<void> {
  const server = createServer((request, response) => {
    const found =
      request.method === "GET" && new URL(request.url ?? "/", "http://localhost").pathname === "/";
    response.writeHead(found ? 200 : 404, { "content-type": "text/html; charset=utf-8" });
    response.end(found ? page : "not found\n");
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const { port: taken } = server.address() as AddressInfo;
  await report.print([`http://127.0.0.1:${taken}/\n`]);
  report.note("serving until it is interrupted");
  await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  server.close();
  server.closeAllConnections();
}

import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { importPprof } from "dtrace-tools";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Workplace } from "./memprof.ts";

interface Received extends Pick<IncomingMessage, "headers" | "method"> {
  readonly url: URL;
  readonly body: Buffer<ArrayBuffer>;
}

const place = new Workplace();
const received: Received[] = [];
const server = createServer(async (request, response) => {
  const { headers, method, url = "" } = request;
  received.push({ headers, method, url: new URL(url, "http://x"), body: Buffer.from(await buffer(request)) });
  response.statusCode = url.startsWith("/full/") ? 507 : 200;
  response.end(url.startsWith("/full/") ? "no room" : "");
});
let origin = "";
beforeAll(async () => {
  await place.record("run.rec", ["grow;main;load 900000", "grow;main;parse 100000"]);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  origin = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  place.remove();
});

async function push(args: readonly string[], environment: Record<string, string> = {}) {
  const env = { ...process.env, ...environment };
  const child = place.start(["push", ...args], { env, stdio: ["ignore", "ignore", "pipe"] });
  const stderr = buffer(child.stderr as NodeJS.ReadableStream);
  const [status] = (await once(child, "close")) as [number];
  return { status, stderr: (await stderr).toString() };
}

describe("memprof push", () => {
  it("sends a recording as pprof, as Pyroscope's ingest takes it", async () => {
    const url = `http://${origin}/pyroscope/`;
    const { status, stderr } = await push([url, "run.rec", "--tag", "host=a1", "--tag", "env=test"]);
    expect([status, stderr]).toEqual([
      0,
      `memprof: sent run.rec to http://${origin}/pyroscope/ingest as grow{host=a1,env=test}\n`,
    ]);
    const request = received.at(-1);
    expect(request).toMatchObject({ method: "POST", url: { pathname: "/pyroscope/ingest" } });
    const seconds = Date.parse("2026-01-02T03:04:05.000Z") / 1000;
    expect(Object.fromEntries(request?.url.searchParams ?? [])).toEqual({
      name: "grow{host=a1,env=test}",
      format: "pprof",
      from: String(seconds),
      until: String(seconds + 3),
      spyName: "memprof",
    });
    const type = request?.headers["content-type"] ?? "";
    const form = await new Response(request?.body, { headers: { "content-type": type } }).formData();
    const profile = form.get("profile") as File;
    const { profile: sent } = await importPprof(only(new Uint8Array(await profile.arrayBuffer())));
    expect([...sent.stacks()].map(({ frames, value }) => [frames.join(";"), value])).toEqual([
      ["grow;main;load", 900_000],
      ["grow;main;parse", 100_000],
    ]);
    const types = JSON.parse(await (form.get("sample_type_config") as File).text()) as object;
    expect(types).toMatchObject({ space: { units: "bytes" } });
  });

  it("sends folded stacks too, and says who it is by token or password", async () => {
    await push([`http://${origin}/ingest`, "run.rec", "--format", "folded", "--name", "app"], {
      MEMPROF_TOKEN: "t0k",
    });
    const folded = received.at(-1);
    expect(folded?.body.toString()).toBe("grow;main;load 900000\ngrow;main;parse 100000\n");
    expect(folded?.headers["authorization"]).toBe("Bearer t0k");
    expect(Object.fromEntries(folded?.url.searchParams ?? [])).toMatchObject({
      name: "app",
      format: "folded",
      units: "bytes",
    });
    const { stderr } = await push([`http://me:s%40crt@${origin}`, "run.rec"]);
    expect(received.at(-1)?.headers["authorization"]).toBe(`Basic ${btoa("me:s@crt")}`);
    expect(stderr).not.toContain("crt");
  });

  it("says why a store did not take it", async () => {
    const refused = await push([`http://${origin}/full`, "run.rec"]);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toBe(
      `memprof: http://${origin}/full/ingest: expected status 200, found 507: no room\n`,
    );
    const nobody = await push(["http://127.0.0.1:1", "run.rec"]);
    expect(nobody.stderr).toMatch(/^memprof: http:\/\/127\.0\.0\.1:1\/ingest: cannot be reached: \S/);
  });
});

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type HttpsServer, machineTool, runProgram, serve, serveHttps } from "test-support";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { temporaryDirectory } from "../test/fixture.ts";
import { openUrl } from "./open-url.ts";

const bin = fileURLToPath(new URL("../dist/bin.js", import.meta.url));
const openssl = machineTool("openssl");

describe.skipIf(openssl === undefined)("https (needs openssl)", () => {
  const content = Buffer.from(
    Uint32Array.from({ length: 1_000_000 }, (_, index) => index * 2_654_435_761).buffer,
  );
  let server: HttpsServer;
  let ca: string;

  beforeAll(async () => {
    server = await serveHttps({ openssl: openssl ?? "" }, ({ url }, response) => {
      if (url === "/cut") {
        response.writeHead(200, { "content-length": content.length });
        response.write(content.subarray(0, 1_000_000), () => response.socket?.destroy());
      } else if (url === "/until-the-end") {
        response.useChunkedEncodingByDefault = false;
        response.write(content.subarray(0, 1_000_000));
        response.end(content.subarray(1_000_000));
      } else if (url === "/chunks") {
        response.write(content.subarray(0, 1_000_000));
        response.end(content.subarray(1_000_000));
      } else if (url === "/down") response.writeHead(302, { location: "http://localhost/" }).end();
      else response.writeHead(200, { "content-length": content.length }).end(content);
    });
    ca = server.certificate;
  });

  afterAll(() => server.close());

  /** @param pause what the consumer does between two chunks */
  async function read(path: string, pause: () => Promise<unknown>): Promise<Buffer> {
    const { body } = await openUrl(server.url + path, { ca, family: 4 });
    const parts: Buffer[] = [];
    for await (const chunk of body) {
      await pause();
      parts.push(Buffer.from(chunk));
    }
    return Buffer.concat(parts);
  }

  test.each(["/", "/chunks", "/until-the-end"])(
    "comes through whole from a server that is trusted, %s",
    async (path) => {
      const turns = async (count: number) => {
        for (let turn = 0; turn < count; turn++) await new Promise(setImmediate);
      };
      for (const count of [0, 1, 50]) {
        expect((await read(path, () => turns(count))).equals(content)).toBe(true);
      }
      const { size, close } = await openUrl(server.url, { ca, family: 4 });
      close();
      expect(size).toBe(content.length);
    },
  );

  test("that ends too early is a TruncatedError", async () => {
    await expect(read("/cut", async () => {})).rejects.toMatchObject({
      code: "ERR_FETCH_TRUNCATED",
      expected: content.length,
    });
  });

  test("is refused where nobody has signed the certificate, or not for this host", async () => {
    await expect(openUrl(server.url, { family: 4 })).rejects.toMatchObject({
      code: "ERR_FETCH_CONNECTION",
      reason: "Self-signed certificate",
    });
    await expect(openUrl(`https://127.0.0.1:${server.port}/`, { ca })).rejects.toMatchObject({
      cause: { code: "ERR_TLS_CERT_ALTNAME_INVALID" },
    });
  });

  test("is not given up for http, and http may lead to it", async () => {
    await expect(openUrl(`${server.url}/down`, { ca, family: 4 })).rejects.toMatchObject({
      code: "ERR_FETCH_REDIRECT",
      reason: "redirected to http://localhost/, which is less safe",
    });
    const plain = await serve((_, response) => response.writeHead(302, { location: server.url }).end());
    const opened = await openUrl(plain.url, { ca, family: 4 });
    expect(opened.url).toBe(`${server.url}/`);
    opened.close();
    await plain.close();
  });

  test("shows a certificate to a server that asks for one", async () => {
    const asking = await serveHttps({ openssl: openssl ?? "", asksForCertificate: true }, (_, response) =>
      response.end(),
    );
    const { certificate: cert, key } = asking;
    const opened = await openUrl(asking.url, { ca: cert, cert, key, family: 4 });
    opened.close();
    await expect(openUrl(asking.url, { ca: cert, family: 4 })).rejects.toMatchObject({
      code: "ERR_FETCH_CONNECTION",
      reason: "TLS: tlsv13 alert certificate required",
    });
    await expect(openUrl(asking.url, { ca: cert, cert: "nonsense", key, family: 4 })).rejects.toMatchObject({
      code: "ERR_FETCH_CONNECTION",
    });
    await asking.close();
  });

  test("is what TLS is loaded for, and http is not", async () => {
    const plain = await serve((_, response) => response.end("plain"));
    const directory = temporaryDirectory();
    const [authority, target] = [join(directory, "ca"), join(directory, "target")];
    writeFileSync(authority, ca);
    const tell = `process.on("exit", () => console.log(process.moduleLoadList.includes("NativeModule tls")))`;
    const preload = `data:text/javascript,${encodeURIComponent(tell)}`;
    const run = (url: string) =>
      runProgram(process.execPath, ["--import", preload, bin, "-4", "--ca", authority, "-o", target, url]);
    expect(await run(plain.url)).toEqual({ status: 0, stdout: "false\n", stderr: "" });
    expect(await run(server.url)).toEqual({ status: 0, stdout: "true\n", stderr: "" });
    await plain.close();
  });

  test("that is no https is a connection error", async () => {
    const plain = await serve((_, response) => response.end());
    await expect(openUrl(plain.url.replace("http", "https"))).rejects.toMatchObject({
      code: "ERR_FETCH_CONNECTION",
      reason: "the server does not speak TLS",
    });
    await plain.close();
  });
});

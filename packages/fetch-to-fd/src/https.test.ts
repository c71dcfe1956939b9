import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { machineTool, serve } from "test-support";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openUrl } from "./open-url.ts";

const openssl = machineTool("openssl");

describe.skipIf(openssl === undefined)("https (needs openssl)", () => {
  const content = Buffer.alloc(3_000_000, "0123456789 ");
  let directory: string;
  let server: Server;
  let port: number;
  let ca: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "fetch-to-fd-"));
    const [key, certificate] = [join(directory, "key.pem"), join(directory, "cert.pem")];
    const request = [
      "req",
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:prime256v1",
      "-nodes",
      "-days",
      "1",
    ];
    const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
    execFileSync(openssl ?? "", [...request, ...subject, "-keyout", key, "-out", certificate], {
      stdio: "ignore",
    });
    ca = readFileSync(certificate, "utf8");
    server = createServer({ key: readFileSync(key), cert: ca }, (request_, response) => {
      if (request_.url === "/down") response.writeHead(302, { location: "http://localhost/" }).end();
      else response.writeHead(200, { "content-length": content.length }).end(content);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    ({ port } = server.address() as AddressInfo);
  });

  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(directory, { recursive: true });
  });

  test("comes through whole from a server whose certificate the given one has signed", async () => {
    const { body, size } = await openUrl(`https://localhost:${port}/`, { ca, family: 4 });
    const parts: Buffer[] = [];
    for await (const chunk of body) parts.push(Buffer.from(chunk));
    expect(size).toBe(content.length);
    expect(Buffer.concat(parts).equals(content)).toBe(true);
  });

  test("is refused where nobody has signed the certificate, or not for this host", async () => {
    await expect(openUrl(`https://localhost:${port}/`, { family: 4 })).rejects.toMatchObject({
      code: "ERR_FETCH_CONNECTION",
      reason: "Self-signed certificate",
    });
    await expect(openUrl(`https://127.0.0.1:${port}/`, { ca })).rejects.toMatchObject({
      cause: { code: "ERR_TLS_CERT_ALTNAME_INVALID" },
    });
  });

  test("is not given up for http, and http may lead to it", async () => {
    await expect(openUrl(`https://localhost:${port}/down`, { ca, family: 4 })).rejects.toMatchObject({
      code: "ERR_FETCH_REDIRECT",
      reason: "redirected to http://localhost/, which is less safe",
    });
    const plain = await serve((_, response) => {
      response.writeHead(302, { location: `https://localhost:${port}/` }).end();
    });
    const opened = await openUrl(plain.url, { ca, family: 4 });
    expect(opened.url).toBe(`https://localhost:${port}/`);
    opened.close();
    await plain.close();
  });
});

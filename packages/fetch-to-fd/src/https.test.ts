import { type HttpsServer, machineTool, serve, serveHttps } from "test-support";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openUrl } from "./open-url.ts";

const openssl = machineTool("openssl");

describe.skipIf(openssl === undefined)("https (needs openssl)", () => {
  const content = Buffer.alloc(3_000_000, "0123456789 ");
  let server: HttpsServer;
  let ca: string;

  beforeAll(async () => {
    server = await serveHttps({ openssl: openssl ?? "" }, ({ url }, response) => {
      if (url === "/down") response.writeHead(302, { location: "http://localhost/" }).end();
      else response.writeHead(200, { "content-length": content.length }).end(content);
    });
    ca = server.certificate;
  });

  afterAll(() => server.close());

  test("comes through whole from a server whose certificate the given one has signed", async () => {
    const { body, size } = await openUrl(server.url, { ca, family: 4 });
    const parts: Buffer[] = [];
    for await (const chunk of body) parts.push(Buffer.from(chunk));
    expect(size).toBe(content.length);
    expect(Buffer.concat(parts).equals(content)).toBe(true);
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
    });
    await expect(openUrl(asking.url, { ca: cert, cert: "nonsense", key, family: 4 })).rejects.toMatchObject({
      code: "ERR_FETCH_CONNECTION",
    });
    await asking.close();
  });

  test("that is no https is a connection error", async () => {
    const plain = await serve((_, response) => response.end());
    await expect(openUrl(plain.url.replace("http", "https"))).rejects.toMatchObject({
      code: "ERR_FETCH_CONNECTION",
    });
    await plain.close();
  });
});

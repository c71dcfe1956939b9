import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { RequestListener } from "node:http";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { closeServer, type LocalServer, listenLocally } from "./http-server.ts";

/** A server on 127.0.0.1, as `localhost` and any other names, that runs until it is closed. */
export interface HttpsServer extends LocalServer {
  readonly port: number;
  /** In PEM form; it is signed by itself, and what a client may show too. */
  readonly certificate: string;
  readonly key: string;
}

/** What a certificate is made with and for. */
export interface HttpsOptions {
  /** The program that makes it. */
  readonly openssl: string;
  /** More names of the server. */
  readonly names?: readonly string[];
  /** Whether clients have to show the certificate as well. */
  readonly asksForCertificate?: boolean;
}

/** Starts a server with a certificate of its own. */
export async function serveHttps(
  { openssl, names = [], asksForCertificate = false }: HttpsOptions,
  handler: RequestListener,
): Promise<HttpsServer> {
  const { certificate, key } = makeCertificate(openssl, ["localhost", ...names]);
  const requests: string[] = [];
  const asking = asksForCertificate ? { requestCert: true, ca: certificate } : {};
  const server = createServer({ key, cert: certificate, ...asking }, (request, response) => {
    requests.push(`${request.method} ${request.url}`);
    handler(request, response);
  });
  const port = await listenLocally(server);
  return {
    url: `https://localhost:${port}`,
    port,
    requests,
    certificate,
    key,
    close: () => closeServer(server, () => server.closeAllConnections()),
  };
}

function makeCertificate(openssl: string, names: readonly string[]): { certificate: string; key: string } {
  const directory = mkdtempSync(join(tmpdir(), "certificate-"));
  const [keyPath, path] = [join(directory, "key.pem"), join(directory, "certificate.pem")];
  const kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"];
  const subject = [
    "-subj",
    "/CN=localhost",
    "-addext",
    `subjectAltName=${names.map((name) => `DNS:${name}`).join(",")}`,
  ];
  try {
    execFileSync(openssl, ["req", ...kind, ...subject, "-keyout", keyPath, "-out", path], {
      stdio: "ignore",
    });
    return { certificate: readFileSync(path, "utf8"), key: readFileSync(keyPath, "utf8") };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

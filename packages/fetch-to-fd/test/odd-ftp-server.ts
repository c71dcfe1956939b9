import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";

/** A server that is not as it should be. */
export interface OddFtpOptions {
  /** Replies to commands, by their first words, in place of those of a good server. */
  readonly replies?: Readonly<Record<string, string>>;
  /** What a transfer has, of which so many were before it. It begins where the client has asked for. */
  content(transfers: number): string;
  /** The reply behind that. Default: success. */
  end?(transfers: number): string;
}

const GOOD: Readonly<Record<string, string>> = {
  USER: "331 password, please",
  PASS: "230 welcome",
  TYPE: "200 so be it",
  STRU: "200 so be it",
  FEAT: "211 none",
  MDTM: "213 20200101000000",
  REST: "350 so be it",
};

/** Serves one file by FTP. */
export async function serveOddFtp(
  options: OddFtpOptions,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  let transfers = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    serveClient(socket, options, () => transfers++);
  });
  const port = await listen(server);
  return {
    url: `ftp://127.0.0.1:${port}/file`,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

function serveClient(control: Socket, options: OddFtpOptions, count: () => number): void {
  let start = 0;
  let connection: Promise<Socket> | undefined;
  const reply = (text: string) => void control.write(`${text}\r\n`);
  const obey = async (command: string, parameter: string) => {
    const other = options.replies?.[command] ?? GOOD[command];
    if (command === "REST" && other?.startsWith("3") === true) start = Number(parameter);
    if (other !== undefined) reply(other);
    else if (command === "EPSV") {
      const passive = createServer();
      const port = await listen(passive);
      connection = once(passive, "connection").then(([socket]) => socket as Socket);
      connection.finally(() => passive.close());
      reply(`229 (|||${port}|)`);
    } else if (command === "RETR" && connection !== undefined) {
      reply("150 here it comes");
      const transfers = count();
      const data = (await connection).on("error", () => {}).resume();
      data.end(options.content(transfers).slice(start));
      await once(data, "close");
      reply(options.end?.(transfers) ?? "226 done");
    } else reply("502 unknown");
  };
  control.on("error", () => {});
  control.on("data", (line) => {
    const [command = "", parameter = ""] = String(line).trim().split(" ");
    void obey(command, parameter);
  });
  reply("220 ready");
}

async function listen(server: Server): Promise<number> {
  await once(server.listen(0, "127.0.0.1"), "listening");
  return (server.address() as AddressInfo).port;
}

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { machineTool } from "./machine-tool.ts";

/** An FTP server on 127.0.0.1 that runs until it is closed. */
export interface FtpServer {
  /** Without a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

/** Who may read, besides everybody as `anonymous`. */
export interface FtpUser {
  readonly name: string;
  readonly password: string;
}

// It ends with the process that started it, whose end of standard input is closed then.
const PROGRAM = `
import os, sys, threading
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler
from pyftpdlib.servers import FTPServer

directory, name, password = sys.argv[1:]
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
authorizer = DummyAuthorizer()
authorizer.add_anonymous(directory)
if name: authorizer.add_user(name, password, directory)
FTPHandler.authorizer = authorizer
FTPHandler.auth_failed_timeout = 0
server = FTPServer(("127.0.0.1", 0), FTPHandler)
print(server.socket.getsockname()[1], flush=True)
server.serve_forever()
`;

/** A Python that has pyftpdlib, the server's library; undefined where there is none. */
export function ftpServerPython(): string | undefined {
  const pythons = [machineTool("python3"), "/usr/bin/python3"].filter((python) => python !== undefined);
  return pythons.find((python) => spawnSync(python, ["-c", "import pyftpdlib"]).status === 0);
}

/** Serves the files below a directory by FTP, with a server that is not of this project. */
export async function serveFtp(
  python: string,
  directory: string,
  user: FtpUser = { name: "", password: "" },
): Promise<FtpServer> {
  const child = spawn(python, ["-c", PROGRAM, directory, user.name, user.password], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  const closed = once(child, "close");
  const [port] = (await once(createInterface(child.stdout), "line")) as [string];
  return {
    url: `ftp://127.0.0.1:${port}`,
    async close() {
      child.kill("SIGKILL");
      await closed;
    },
  };
}

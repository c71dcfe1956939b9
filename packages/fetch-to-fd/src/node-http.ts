import type * as Http from "node:http";

/**
 * Node's HTTP, loaded when it is first asked for.
 *
 * From Node 22 on `import` would load TLS, cryptography and a second HTTP client along with it: it looks at every export, and
 * the one for web sockets is made when it is looked at.
 */
export function nodeHttp(): typeof Http {
  return process.getBuiltinModule("node:http");
}

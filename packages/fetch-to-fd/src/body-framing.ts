// How the bytes of a body are told from what else comes over a connection: RFC 9112, section 6.3.
import { decodeChunks } from "./chunked-body.ts";

/** Whether a body has a size that is told beforehand, tells the size of each of its chunks, or ends with the connection. */
export type Framing = number | "chunked" | "until the end";

/** Receives bytes, which are valid until more are asked for; undefined where the connection is closed. */
export type Receive = () => Promise<Uint8Array | undefined>;

/** Receives a body. It is short where the connection is closed too early and the size was told; else that throws. */
export async function* receiveBody(receive: Receive, framing: Framing): AsyncGenerator<Uint8Array> {
  if (framing === "chunked") {
    yield* decodeChunks(receive);
    return;
  }
  let left = framing === "until the end" ? Infinity : framing;
  while (left > 0) {
    const bytes = await receive();
    if (bytes === undefined) return;
    const wanted = bytes.length > left ? bytes.subarray(0, left) : bytes;
    left -= wanted.length;
    yield wanted;
  }
}

import { TraceFormatError } from "../errors.ts";
import { Profile } from "../profile/profile.ts";
import type { Imported } from "./imported.ts";
import { isObject, readJson } from "./read-all.ts";

/** A node of V8's sampling heap profile (`HeapProfiler.SamplingHeapProfileNode` of its protocol). */
interface SamplingNode {
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    /** From 0; -1 where it is not known. */
    readonly lineNumber: number;
    readonly columnNumber: number;
  };
  readonly selfSize: number;
  readonly children: readonly SamplingNode[];
}

/**
 * Reads a `.heapprofile` of Node or Chromium: JavaScript functions weighed by the bytes that they allocated.
 *
 * @throws TraceFormatError where it is none
 */
export async function importHeapProfile(input: AsyncIterable<Uint8Array>): Promise<Imported> {
  const file = await readJson(input, "a heap profile");
  return { profile: heapProfileOf(file), lost: 0, warnings: [] };
}

/** Makes a profile of V8's. @throws TraceFormatError where it has another shape */
export function heapProfileOf(file: unknown): Profile {
  const head = isObject(file) ? file["head"] : undefined;
  if (!isNode(head)) {
    throw new TraceFormatError(0, "expected a heap profile of V8, found JSON without head.callFrame");
  }
  const profile = new Profile("bytes");
  // The head is called (root) and stands for all.
  const waiting = [{ node: head, frames: [] as readonly string[] }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, frames } = next;
    if (node.selfSize > 0) profile.add(frames, node.selfSize);
    for (const child of node.children) {
      if (isNode(child)) waiting.push({ node: child, frames: [...frames, frameName(child.callFrame)] });
    }
  }
  return profile;
}

function isNode(value: unknown): value is SamplingNode {
  return isObject(value) && isObject(value["callFrame"]) && Array.isArray(value["children"]);
}

function frameName({ functionName, url, lineNumber, columnNumber }: SamplingNode["callFrame"]): string {
  const name = functionName === "" ? "(anonymous)" : functionName;
  return url === "" || lineNumber < 0 ? name : `${name} (${url}:${lineNumber + 1}:${columnNumber + 1})`;
}

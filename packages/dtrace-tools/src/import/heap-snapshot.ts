import { TraceFormatError } from "../errors.ts";
import { Profile } from "../profile/profile.ts";
import type { Imported } from "./imported.ts";
import { isObject, readJson } from "./read-all.ts";

/** Kinds whose objects are named after what made them; others are named after what is in them, such as strings. */
const NAMED: ReadonlySet<string> = new Set(["array", "closure", "native", "object", "synthetic"]);
/** Names are cut here: those of functions and arrays may hold whole sources. */
const LONGEST_NAME = 100;

/**
 * Sums a V8 `.heapsnapshot` up: bytes and numbers of objects by kind and constructor, as stacks of those two.
 *
 * @throws TraceFormatError where it is none
 */
export async function importHeapSnapshot(input: AsyncIterable<Uint8Array>): Promise<Imported> {
  const file = await readJson(input, "a heap snapshot");
  const { nodes, strings, fields, kinds } = partsOf(file);
  const width = fields.length;
  const [kindAt, nameAt, sizeAt] = ["type", "name", "self_size"].map((field) => fields.indexOf(field));
  if (
    kindAt === undefined ||
    nameAt === undefined ||
    sizeAt === undefined ||
    Math.min(kindAt, nameAt, sizeAt) < 0
  ) {
    throw new TraceFormatError(0, "expected nodes with type, name and self_size in the heap snapshot");
  }
  const profile = new Profile("bytes");
  for (let node = 0; node + width <= nodes.length; node += width) {
    const kind = kinds[nodes[node + kindAt] ?? 0] ?? "unknown";
    const name = strings[nodes[node + nameAt] ?? 0] ?? "";
    const frames = NAMED.has(kind) && name !== "" ? [kind, name.slice(0, LONGEST_NAME)] : [kind];
    profile.add(frames, nodes[node + sizeAt] ?? 0);
  }
  return { profile, lost: 0, warnings: [] };
}

interface Parts {
  readonly nodes: readonly number[];
  readonly strings: readonly string[];
  readonly fields: readonly string[];
  readonly kinds: readonly string[];
}

function partsOf(file: unknown): Parts {
  const snapshot = isObject(file) ? file["snapshot"] : undefined;
  const meta = isObject(snapshot) ? snapshot["meta"] : undefined;
  const [fields, types] = isObject(meta) ? [meta["node_fields"], meta["node_types"]] : [];
  const kinds: unknown = Array.isArray(types) ? types[0] : undefined;
  const [nodes, strings] = isObject(file) ? [file["nodes"], file["strings"]] : [];
  const whole = [fields, kinds, nodes, strings].every((part) => Array.isArray(part));
  if (!whole) throw new TraceFormatError(0, "expected a heap snapshot of V8, found JSON of another shape");
  return { nodes, strings, fields, kinds } as Parts;
}

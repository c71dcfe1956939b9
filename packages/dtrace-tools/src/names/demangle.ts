import { spawn } from "node:child_process";
import type { Profile } from "../profile/profile.ts";
import { mapFrames } from "../profile/transform.ts";

/** Symbols of C++ (Itanium) and Rust (v0, and the older scheme, whose names end with a hash). */
const MANGLED = /^_(?:_?Z|R)\w+/;
const RUST_HASH = /::h[0-9a-f]{16}$/;

/**
 * Gives C++ and Rust functions their names as the source has them, by binutils' `c++filt`.
 *
 * Most tracers do it themselves; without c++filt the names stay as they are.
 */
export async function demangle(profile: Profile): Promise<Profile> {
  const { frameNames } = profile;
  const mangled = frameNames.filter((name) => MANGLED.test(name));
  const readable = mangled.length === 0 ? [] : await filtered(mangled);
  const names = new Map(
    readable.length === mangled.length ? mangled.map((name, at) => [name, readable[at]]) : [],
  );
  if (names.size === 0 && !frameNames.some((name) => RUST_HASH.test(name))) return profile;
  return mapFrames(profile, (name) => (names.get(name) ?? name).replace(RUST_HASH, ""));
}

function filtered(names: readonly string[]): Promise<string[]> {
  return new Promise((resolve) => {
    const filter = spawn("c++filt", [], { stdio: ["pipe", "pipe", "ignore"] });
    let text = "";
    filter.stdout.setEncoding("utf8");
    filter.stdout.on("data", (piece: string) => (text += piece));
    filter.once("error", () => resolve([]));
    filter.once("close", () => resolve(text.split("\n").slice(0, -1)));
    // Where it is not installed, there is nobody to read.
    filter.stdin.on("error", () => undefined);
    filter.stdin.end(names.map((name) => `${name}\n`).join(""));
  });
}

import { accessSync, closeSync, constants, openSync, readSync, realpathSync, statSync } from "node:fs";
import { basename, delimiter, join, resolve } from "node:path";
import { TargetError } from "../errors.ts";

/** Finds a program as a shell would; undefined where there is none. */
export function findProgram(name: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  return (env["PATH"] ?? "/usr/bin:/bin")
    .split(delimiter)
    .map((directory) => join(directory === "" ? "." : directory, name))
    .find((path) => problemOf(path) === undefined);
}

/**
 * Finds the program of a command that is to be traced.
 *
 * @throws TargetError where it does not exist or cannot be run
 */
export function findTarget(name: string, env: NodeJS.ProcessEnv, cwd: string = process.cwd()): string {
  if (!name.includes("/")) {
    const found = findProgram(name, env);
    if (found !== undefined) return found;
    throw new TargetError(name, `${name}: no such program in PATH; check its name or give its path`);
  }
  const path = resolve(cwd, name);
  const problem = problemOf(path);
  if (problem !== undefined) throw new TargetError(name, `${name}: cannot be run: ${problem}`);
  return path;
}

/** Tells whether a program is Node or a script for it, in which stacks by ptrace take too long. */
export function isNodeProgram(path: string): boolean {
  if (/^node(?:js)?\d*$/.test(basename(realpathSync(path)))) return true;
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    const head = Buffer.alloc(128);
    const length = readSync(file, head);
    return /^#!.*\bnode\b/.test(head.toString("latin1", 0, length));
  } catch {
    // A program may be run without being readable.
    return false;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function problemOf(path: string): string | undefined {
  try {
    if (!statSync(path).isFile()) return "it is not a file";
    accessSync(path, constants.X_OK);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EACCES") return "permission denied; it must be executable";
    return code === "ENOENT" || code === "ENOTDIR" ? "there is no such file" : (error as Error).message;
  }
}

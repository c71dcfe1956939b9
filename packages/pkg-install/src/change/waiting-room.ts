import { chmodSync, mkdirSync, type Stats, statSync } from "node:fs";
import { dirname } from "node:path";
import { native } from "../text.ts";
import type { Transaction } from "../transaction/transaction.ts";
import type { LeavingLinks } from "./leaving-links.ts";
import type { PrefixGuard } from "./prefix-guard.ts";
import { isThere } from "../status-of.ts";

const DIRECTORY_MODE = 0o755;

/** A file that waits. */
export interface Waiting {
  /** Where it will be. */
  readonly target: string;
  /** Its number, which no other file has. */
  readonly number: number;
}

/** A directory that is not there yet, and waits with all that will be in it. */
interface Tree {
  /** Where it will be. */
  readonly top: string;
  /** Where it waits. */
  readonly base: string;
  /** Undefined before its turn; separate files were found to be needed when something else had made the directory. */
  placed: "whole" | "separately" | undefined;
}

/**
 * Where new files wait before they are put in place: each on its own, or in the new directory that they will be in, which
 * costs one rename for all of them.
 */
export class WaitingRoom {
  readonly #transaction: Transaction;
  readonly #guard: PrefixGuard;
  /** The trees that directories belong to; undefined for directories that are there. */
  readonly #trees = new Map<string, Tree | undefined>();
  readonly #links: LeavingLinks | undefined;

  constructor(transaction: Transaction, guard: PrefixGuard, links: LeavingLinks | undefined) {
    this.#transaction = transaction;
    this.#guard = guard;
    this.#links = links;
  }

  /**
   * A name under which a file can wait for its place.
   *
   * @throws UnsafePathError where the place is not in the prefix, and will not be
   */
  nameFor(file: Waiting): string {
    const { target } = file;
    if (this.#links?.isBelow(target) !== true) {
      this.#guard.checkFile(target);
      this.#treeOf(dirname(target));
    }
    return this.whereabouts(file);
  }

  /** Where a file waits that has got a name. It follows from the file, so that none of very many names is kept. */
  whereabouts({ target, number }: Waiting): string {
    const directory = dirname(target);
    const tree = this.#trees.get(directory);
    if (tree !== undefined) return waitingName(tree, target);
    const isBelowLink = this.#links?.isBelow(target) === true;
    return this.#transaction.staging.nameOf(number, isBelowLink ? this.#links.prefix : directory);
  }

  /**
   * Puts a file that waits in its place.
   *
   * @param check told what is there; may throw
   * @throws UnsafePathError where the place is not in the prefix
   */
  place(file: Waiting, check: (found: Stats | undefined) => void): void {
    const { target } = file;
    const directory = dirname(target);
    if (this.#isWhole(this.#trees.get(directory))) return;
    if (this.#guard.checkFile(target)) this.#transaction.makeDirectories(directory);
    this.#transaction.put(this.whereabouts(file), target, check);
  }

  /** Makes a directory, which may be one that waits, or below that. */
  placeDirectory(path: string): void {
    this.#guard.checkDirectory(path);
    // What is in a tree can only be seen when it is in place.
    if (this.#isWhole(this.#nearestTree(path))) this.#transaction.flush();
    this.#transaction.makeDirectories(path);
  }

  /** Puts a tree in place when its turn has come, unless something has come before it. */
  #isWhole(tree: Tree | undefined): boolean {
    if (tree === undefined) return false;
    tree.placed ??= this.#placeWhole(tree) ? "whole" : "separately";
    return tree.placed === "whole";
  }

  #placeWhole({ top, base }: Tree): boolean {
    this.#guard.checkFile(top);
    if (this.#transaction.look(top) !== undefined) return false;
    this.#transaction.makeDirectories(dirname(top));
    this.#transaction.move(base, top);
    return true;
  }

  #nearestTree(path: string): Tree | undefined {
    if (this.#trees.has(path) || path === dirname(path)) return this.#trees.get(path);
    return this.#nearestTree(dirname(path));
  }

  #treeOf(directory: string): Tree | undefined {
    if (this.#trees.has(directory)) return this.#trees.get(directory);
    const tree = isThere(directory) ? undefined : this.#newTree(directory);
    this.#trees.set(directory, tree);
    if (tree !== undefined) {
      const path = native(waitingName(tree, directory));
      mkdirSync(path);
      chmodSync(path, DIRECTORY_MODE);
    }
    return tree;
  }

  #newTree(directory: string): Tree | undefined {
    const parent = dirname(directory);
    const above = this.#treeOf(parent);
    if (above !== undefined) return above;
    // Below what is no directory nothing can be put; that is told when it is tried.
    if (!isThere(parent) || !isDirectory(parent)) return undefined;
    return { top: directory, base: this.#transaction.staging.nameIn(parent), placed: undefined };
  }
}

function waitingName({ top, base }: Tree, path: string): string {
  return base + path.slice(top.length);
}

function isDirectory(path: string): boolean {
  return statSync(native(path), { throwIfNoEntry: false })?.isDirectory() === true;
}

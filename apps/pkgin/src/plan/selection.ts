import type { LocalPackage, RemotePackage } from "summary-to-sqlite";
import { decideAction } from "./action.ts";
import { dependenciesFirst, installationOrder } from "./order.ts";
import type { Action, Incoming } from "./plan.ts";
import type { Resolver } from "./resolver.ts";

/** A package that has been looked at: at most one for each package name. */
export interface Selected {
  readonly name: string;
  readonly remote: RemotePackage;
  readonly installed: LocalPackage | undefined;
  /** Undefined for what is needed and already there. */
  readonly action: Action | undefined;
  level: number;
  keep: boolean;
}

/** Packages gathered for one transaction, each with its action and its level below the request. */
export class Selection {
  readonly #resolver: Resolver;
  readonly #byName: Map<string, Selected> = new Map();
  readonly #needsOf: Map<Selected, readonly Selected[]> = new Map();

  constructor(resolver: Resolver) {
    this.#resolver = resolver;
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  get(name: string): Selected | undefined {
    return this.#byName.get(name);
  }

  /** Those with something to do, in the order in which they were found. */
  get active(): Selected[] {
    return [...this.#byName.values()].filter(({ action }) => action !== undefined);
  }

  /** Adds one package, unless there is one of its name already, and returns the one that is there. */
  add(remote: RemotePackage, level: number): Selected {
    const present = this.#byName.get(remote.name);
    if (present !== undefined) return present;
    const installed = this.#resolver.installed(remote.name);
    const action = decideAction(installed, remote);
    const entry = { name: remote.name, remote, installed, action, level, keep: installed?.keep ?? false };
    this.#byName.set(remote.name, entry);
    return entry;
  }

  /** Adds packages at level 0 and all that they need, each at the end of the longest way to it. */
  addWithDependencies(roots: readonly RemotePackage[]): void {
    const tops = roots.map((root) => this.add(root, 0));
    // What needs something stands behind it here, so walking backwards meets every parent before its children.
    const bottomUp = dependenciesFirst(tops, (entry) => this.#needs(entry));
    const place = new Map(bottomUp.map((entry, index) => [entry, index]));
    for (const entry of bottomUp.toReversed()) {
      for (const needed of this.#needs(entry)) {
        const isBackwards = (place.get(needed) ?? 0) >= (place.get(entry) ?? 0);
        if (!isBackwards) needed.level = Math.max(needed.level, entry.level + 1);
      }
    }
  }

  /** Everything with something to do, in the order of installation. */
  incoming(): Incoming[] {
    const ordered = installationOrder(this.active);
    const wanted = new Set(ordered);
    return dependenciesFirst(ordered, (entry) =>
      this.#present(entry).filter((needed) => wanted.has(needed)),
    ).map(({ action, remote, installed, keep }) => ({
      action: action ?? "install",
      remote,
      installed,
      keep,
    }));
  }

  /** What an entry needs, added where it is not there yet. */
  #needs(entry: Selected): readonly Selected[] {
    let needs = this.#needsOf.get(entry);
    if (needs === undefined) {
      const found = this.#resolver.dependencies(entry.remote);
      needs = found.map((remote) => this.add(remote, entry.level + 1));
      this.#needsOf.set(entry, needs);
    }
    return needs;
  }

  #present(entry: Selected): Selected[] {
    return this.#resolver.dependencies(entry.remote).flatMap((remote) => this.#byName.get(remote.name) ?? []);
  }
}

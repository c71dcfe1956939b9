import { patternBases } from "pkg-pattern";
import type { LocalPackage } from "summary-to-sqlite";
import { isMatch, unlessMalformed } from "./match.ts";
import type { Plan } from "./plan.ts";
import type { Resolver } from "./resolver.ts";

/** A package that is there when a plan has been carried out. */
export interface Present {
  readonly name: string;
  readonly fullName: string;
  /** Undefined for one that comes in. */
  readonly installed: LocalPackage | undefined;
}

/** What is installed when a plan has been carried out. */
export class AfterPlan {
  readonly #byName: Map<string, Present> = new Map();

  constructor(resolver: Resolver, { incoming, outgoing }: Plan) {
    for (const installed of resolver.allInstalled()) {
      this.#byName.set(installed.name, { name: installed.name, fullName: installed.fullName, installed });
    }
    for (const { installed } of outgoing) this.#byName.delete(installed.name);
    for (const { remote } of incoming) {
      this.#byName.set(remote.name, { name: remote.name, fullName: remote.fullName, installed: undefined });
    }
  }

  named(name: string): Present | undefined {
    return this.#byName.get(name);
  }

  /** A package that a pattern matches. @param except a name that does not count */
  meets(pattern: string, except?: string): Present | undefined {
    const bases = unlessMalformed([], () => patternBases(pattern));
    const candidates =
      bases === undefined ? [...this.#byName.values()] : bases.flatMap((base) => this.named(base) ?? []);
    return candidates.find(({ name, fullName }) => name !== except && isMatch(pattern, fullName));
  }
}

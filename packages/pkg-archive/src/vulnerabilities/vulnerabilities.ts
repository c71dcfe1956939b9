/** A known weakness of packages. */
export interface Vulnerability {
  /** Pattern of the packages that have it. */
  readonly pattern: string;
  /** Such as `remote-code-execution`; `eol` for what is no longer looked after. */
  readonly type: string;
  /** Where to read about it. */
  readonly url: string;
}

/** What is in pkg-vulnerabilities. */
export class VulnerabilityList implements Iterable<Vulnerability> {
  /** The list as it was read, with its signature if it has one, for `verifyClearSigned`. */
  readonly text: string;
  readonly entries: readonly Vulnerability[];

  constructor(text: string, entries: readonly Vulnerability[]) {
    this.text = text;
    this.entries = entries;
  }

  [Symbol.iterator](): Iterator<Vulnerability> {
    return this.entries.values();
  }
}

/** Something that is not as it should be. */
export interface Finding {
  /** Where it was found. */
  readonly area: "catalogue" | "packages" | "owners" | "dependents" | "cache" | "saved" | "transactions";
  /** What it is, in words. */
  readonly problem: string;
  /** Puts it right; undefined where that is for the user to do. Of several with the same repair it is done once. */
  readonly repair: (() => Promise<void> | void) | undefined;
}

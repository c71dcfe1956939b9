/** A package name taken apart. */
export interface PackageName {
  /** The name without its version, PKGBASE; it may hold digits and dashes. */
  readonly base: string;
  /** The version with its `nb` revision, PKGVERSION; undefined where the name holds no dash. */
  readonly version: string | undefined;
}

/** Splits a package name at its last dash, as pkgsrc does: `p5-IO-1.2nb3` is `p5-IO` in version `1.2nb3`. */
export function splitName(pkgname: string): PackageName {
  const dash = pkgname.lastIndexOf("-");
  if (dash < 0) return { base: pkgname, version: undefined };
  return { base: pkgname.slice(0, dash), version: pkgname.slice(dash + 1) };
}

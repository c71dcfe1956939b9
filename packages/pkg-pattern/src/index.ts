export { patternBase, patternBases } from "./base.ts";
export { bestMatch } from "./best-match.ts";
export { bestMatchFinder } from "./best-match-finder.ts";
export { matches } from "./matches.ts";
export { splitName, type PackageName } from "./name.ts";
export { PatternError } from "./pattern-error.ts";
export { compareVersions } from "./version.ts";

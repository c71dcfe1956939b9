import { inventedWord } from "./invented-word.ts";
import type { Random } from "./random.ts";
import { nameParts } from "./vocabulary.ts";

/** One package of the generated catalogue, before its record is written. */
export interface GeneratedPackage {
  /** PKGNAME without the version. */
  readonly base: string;
  readonly version: string;
  /** PKGPATH, such as `devel/py-foo`. */
  readonly path: string;
  /** Packages built from one source, for several versions of a language, share this number, and so their text. */
  readonly project: number;
  /** The package of the language that it is written in, by its place in the list. */
  readonly language: number | undefined;
}

/** A language whose libraries carry its name in front, once for each version of the language. */
interface Family {
  readonly prefixes: readonly string[];
  readonly path: string;
  readonly language: string | undefined;
}

/** Shares as in a large catalogue. */
const families: readonly (readonly [number, Family])[] = [
  [37, { prefixes: [""], path: "", language: undefined }],
  [9.3, { prefixes: ["py311-", "py312-", "py313-"], path: "py-", language: "python" }],
  [9.4, { prefixes: ["tex-"], path: "tex-", language: "texlive" }],
  [3, { prefixes: ["ruby32-", "ruby33-", "ruby34-"], path: "ruby-", language: "ruby" }],
  [8.4, { prefixes: ["p5-"], path: "p5-", language: "perl" }],
  [1, { prefixes: ["php82-", "php83-", "php84-"], path: "php-", language: "php" }],
  [2, { prefixes: ["hs-"], path: "hs-", language: "ghc" }],
  [0.6, { prefixes: ["lua52-", "lua53-", "lua54-"], path: "lua-", language: "lua" }],
  [1.5, { prefixes: ["R-"], path: "R-", language: "R" }],
];

const categories: readonly (readonly [number, string])[] = [
  [24, "devel"],
  [9, "www"],
  [9, "textproc"],
  [7, "print"],
  [5, "net"],
  [4, "sysutils"],
  [4, "security"],
  [4, "graphics"],
  [3.5, "databases"],
  [3.4, "fonts"],
  [2.7, "math"],
  [2.6, "x11"],
  [2.3, "mail"],
  [2, "audio"],
  [1.8, "games"],
  [1.7, "lang"],
  [1.5, "time"],
  [1, "archivers"],
];

const versionShapes: readonly (readonly [number, string])[] = [
  [34, "9.9.9"],
  [27, "9.9.9nb9"],
  [15, "9.9nb9"],
  [13, "9.9"],
  [2.5, "9"],
  [2, "20160909"],
  [2, "9.9.9.9nb9"],
  [1.3, "9nb9"],
  [1, "9.9.9.9"],
  [0.9, "9.9a"],
  [0.6, "9.9bnb9"],
  [0.4, "0.0.0pre9"],
  [0.3, "9.9rc9"],
];

/**
 * Names packages: for each language it first, then libraries and programs, some of them in two versions.
 *
 * A package depends only on those before it in the list, so that there are no cycles.
 */
export function namePackages(count: number, random: Random): readonly GeneratedPackage[] {
  const packages: GeneratedPackage[] = [];
  const languages = new Map<string, number>();
  const taken = new Set<string>();
  for (let project = 0; packages.length < count; project++) {
    const family = random.pickWeighted(families);
    const stem = nameStem(random);
    const version = versionOf(random);
    const category = random.pickWeighted(categories);
    // The second of two versions that stand side by side.
    const older = random.chance(0.01) ? versionOf(random) : version;
    for (const prefix of family.prefixes) {
      const base = prefix + stem;
      if (taken.has(base) || packages.length >= count) continue;
      taken.add(base);
      const language = languageOf(family, prefix, languages, packages);
      const path = `${category}/${family.path}${stem}`;
      packages.push({ base, version, path, project, language });
      if (older !== version) packages.push({ base, version: older, path: `${path}-old`, project, language });
    }
  }
  return packages.slice(0, count);
}

/** The place of the package of a library's language, which is put in where it is first needed. */
function languageOf(
  { language }: Family,
  prefix: string,
  languages: Map<string, number>,
  packages: GeneratedPackage[],
): number | undefined {
  if (language === undefined) return undefined;
  const base = language + (/\d\d+/.exec(prefix)?.[0] ?? "");
  const known = languages.get(base);
  if (known !== undefined) return known;
  const version = /(\d)(\d+)/.exec(base)?.slice(1).join(".") ?? "5.42";
  const place = packages.length;
  languages.set(base, place);
  packages.push({ base, version: `${version}.2nb1`, path: `lang/${base}`, project: -1, language: undefined });
  return place;
}

function nameStem(random: Random): string {
  const parts = [random.chance(0.6) ? inventedWord(random) : random.pick(nameParts)];
  while (random.chance(0.45) && parts.length < 4)
    parts.push(random.chance(0.75) ? random.pick(nameParts) : inventedWord(random));
  if (parts.length === 1 && random.chance(0.8)) parts.push(inventedWord(random));
  return parts.join(random.chance(0.75) ? "-" : "") + (random.chance(0.06) ? String(random.below(10)) : "");
}

/** Each 9 of the shape becomes a number, a letter `a` or `b` any of the first. */
function versionOf(random: Random): string {
  return random
    .pickWeighted(versionShapes)
    .replaceAll(/9/g, () => String(Math.floor(random.fraction() ** 2 * 30)))
    .replace(/[ab](?=$|nb)/, () => random.pick(["a", "b", "c", "d"]));
}

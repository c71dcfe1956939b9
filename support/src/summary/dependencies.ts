import type { GeneratedPackage } from "./names.ts";
import type { Random } from "./random.ts";

/** What kinds of patterns DEPENDS has, with their shares. */
const kinds: readonly (readonly [number, (found: GeneratedPackage, random: Random) => string])[] = [
  [83, ({ base, version }, random) => `${base}>=${lowerVersion(version, random)}`],
  [13, ({ base }) => `${base}-[0-9]*`],
  [2, ({ base, version }) => `${base}>=0<${majorOf(version) + 1}`],
  [0.5, ({ base, version }) => `${base}<${majorOf(version) + 1}`],
  [0.5, ({ base, version }) => `${base}-${firstComponents(version, 2)}*`],
  [0.3, ({ base, version }) => `${base}-${withoutRevision(version)}{,nb[0-9]*}`],
  [0.3, ({ base }) => `${base}>0`],
  [0.2, ({ base }) => `{${base},${base}-lite}-[0-9]*`],
  // What a bulk build could not make stays in the records of others.
  [0.2, ({ base }) => `${base}-gone>=1.0`],
];

/** Patterns of what a package needs: mostly of packages that many need, and met by what the list has. */
export function dependenciesOf(
  packages: readonly GeneratedPackage[],
  place: number,
  random: Random,
): readonly string[] {
  const needed: string[] = [];
  const { language } = packages[place] as GeneratedPackage;
  if (language !== undefined) {
    const { base, version } = packages[language] as GeneratedPackage;
    needed.push(`${base}>=${firstComponents(version, 2)}`, `${base}>=${version}`);
  }
  if (place === 0) return needed;
  for (let left = howMany(random); left > 0; left--) {
    // Few packages are needed by many.
    const target = packages[Math.floor(random.fraction() ** 4 * place)] as GeneratedPackage;
    const pattern = random.pickWeighted(kinds)(target, random);
    needed.push(pattern);
    // The version that was there at build time, as a second pattern.
    if (pattern.includes(">=") && random.chance(0.45)) needed.push(`${target.base}>=${target.version}`);
  }
  return needed;
}

function howMany(random: Random): number {
  if (random.chance(0.001)) return 100 + random.below(100);
  return Math.min(60, Math.floor(-3.5 * Math.log(1 - random.fraction())));
}

/** The version itself, or the beginning of it, which is never higher. */
function lowerVersion(version: string, random: Random): string {
  return random.chance(0.3) ? version : firstComponents(withoutRevision(version), 1 + random.below(3));
}

function firstComponents(version: string, count: number): string {
  return /^\d+(\.\d+)*/.exec(version)?.[0].split(".").slice(0, count).join(".") ?? "0";
}

function withoutRevision(version: string): string {
  return version.replace(/nb\d+$/, "");
}

function majorOf(version: string): number {
  return Number.parseInt(version, 10);
}

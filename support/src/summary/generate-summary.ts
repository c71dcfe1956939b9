import { dependenciesOf } from "./dependencies.ts";
import { type GeneratedPackage, namePackages } from "./names.ts";
import { thisPlatform } from "./platform.ts";
import { commentFor, descriptionFor } from "./prose.ts";
import { Random } from "./random.ts";
import { licences } from "./vocabulary.ts";

/** Bytes that are handed out at once, about. */
const CHUNK_SIZE = 64 * 1024;

const options: readonly string[] = ["inet6 nls ssl", "dbus", "doc inet6", "gtk3 x11", "readline", "openssl"];

/** What is generated. */
export interface SummaryOptions {
  /** How many packages there are. Default: 25,000, a small repository's. */
  readonly records?: number;
  /** Another number gives other packages. Default: 1. */
  readonly seed?: number;
}

/**
 * Generates the text of a pkg_summary of any length, the same for the same options on machines of one kind.
 *
 * Names, versions, dependencies, texts and how well they compress resemble those of a large public repository, at about
 * 1,100 bytes a record; packages are for this machine. Most dependencies are met, and there are no cycles.
 */
export function* generateSummary({ records = 25_000, seed = 1 }: SummaryOptions = {}): Generator<
  Uint8Array,
  void,
  void
> {
  const packages = namePackages(records, new Random(seed));
  const places = packages.map((_, place) => place).toSorted((one, other) => byPath(packages, one, other));
  let text = "";
  for (const place of places) {
    text += summaryOf(packages, place, seed);
    if (text.length < CHUNK_SIZE) continue;
    yield Buffer.from(text);
    text = "";
  }
  if (text.length > 0) yield Buffer.from(text);
}

function byPath(packages: readonly GeneratedPackage[], one: number, other: number): number {
  const [first, second] = [packages[one] as GeneratedPackage, packages[other] as GeneratedPackage];
  if (first.path !== second.path) return first.path < second.path ? -1 : 1;
  return one - other;
}

function summaryOf(packages: readonly GeneratedPackage[], place: number, seed: number): string {
  const { base, version, path, project } = packages[place] as GeneratedPackage;
  const random = new Random(seed * 7919 + place * 104_729);
  // Packages of one project tell the same of themselves.
  const prose = new Random(seed * 6101 + (project < 0 ? place : project) * 130_363);
  const name = path.slice(path.indexOf("/") + 1);
  const lines = [`PKGNAME=${base}-${version}`];
  for (const pattern of dependenciesOf(packages, place, random)) lines.push(`DEPENDS=${pattern}`);
  if (random.chance(0.1)) lines.push(`CONFLICTS=${base}-devel-[0-9]*`);
  if (random.chance(0.003)) lines.push(`SUPERSEDES=${base}-old-[0-9]*`);
  lines.push(`COMMENT=${commentFor(prose)}`);
  const size = Math.floor(random.fraction() ** 4 * 400_000_000);
  lines.push(`SIZE_PKG=${size}`, ...buildInformation(path, name, prose, random));
  if (random.chance(0.18)) lines.push(`PROVIDES=/usr/pkg/lib/lib${name}.so.${random.below(12)}`);
  if (random.chance(0.18)) lines.push("REQUIRES=/usr/lib/libc.so.1", "REQUIRES=/usr/lib/libm.so.2");
  lines.push(`FILE_NAME=${base}-${version}.tgz`, `FILE_SIZE=${Math.floor(size / 3) + 1200}`);
  lines.push(`FILE_CKSUM=SHA256 ${random.hex(64)}`);
  for (const line of descriptionFor(name, prose)) lines.push(`DESCRIPTION=${line}`);
  return `${lines.join("\n")}\n\n`;
}

function buildInformation(path: string, name: string, prose: Random, random: Random): readonly string[] {
  const { OPSYS, OS_VERSION, MACHINE_ARCH } = thisPlatform();
  const category = path.slice(0, path.indexOf("/"));
  const lines = [
    `BUILD_DATE=2026-0${1 + random.below(6)}-${two(1 + random.below(28))} ${two(random.below(24))}:${two(random.below(60))}:${two(random.below(60))} +0000`,
    `CATEGORIES=${category}${prose.chance(0.3) ? " misc" : ""}`,
  ];
  if (prose.chance(0.94)) lines.push(`HOMEPAGE=https://${name.toLowerCase()}.example.org/`);
  lines.push(
    `LICENSE=${prose.pickEarly(licences)}`,
    `MACHINE_ARCH=${MACHINE_ARCH}`,
    `OPSYS=${OPSYS}`,
    `OS_VERSION=${OS_VERSION}`,
    `PKGPATH=${path}`,
    "PKGTOOLS_VERSION=20091115",
  );
  if (prose.chance(0.2)) lines.push(`PKG_OPTIONS=${prose.pick(options)}`);
  return lines;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

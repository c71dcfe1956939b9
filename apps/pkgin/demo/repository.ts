import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createPackage, type CreatedPackage, type SamplePackage } from "sample-repository";
import { bzip2Compress, generateSummary } from "test-support";

/** A directory of packages with a catalogue that has many more, as a web server publishes it. */
export class Repository {
  readonly #directory: string;
  /** By their names without versions. */
  readonly #packages = new Map<string, CreatedPackage>();
  /** The records of packages that are only in the catalogue, compressed once. */
  #others: Promise<Buffer> | undefined;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Adds packages, in place of other versions of them. */
  async publish(packages: readonly SamplePackage[]): Promise<void> {
    await mkdir(this.#directory, { recursive: true });
    this.#others ??= bzip2Compress(generateSummary());
    const [others] = await Promise.all([this.#others, this.#build(packages)]);
    const summaries = [...this.#packages.values()].map(({ summary }) => `${summary}\n`);
    const tail = await bzip2Compress(Buffer.from(summaries.join("")));
    // Two compressed files, one after the other, are a compressed file.
    await writeFile(join(this.#directory, "pkg_summary.bz2"), Buffer.concat([others, tail]));
  }

  async #build(packages: readonly SamplePackage[]): Promise<void> {
    for (const sample of packages) {
      const base = sample.pkgname.slice(0, sample.pkgname.lastIndexOf("-"));
      const old = this.#packages.get(base);
      if (old !== undefined) await rm(old.path);
      this.#packages.set(base, await createPackage(this.#directory, sample));
    }
  }
}

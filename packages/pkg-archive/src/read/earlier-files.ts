import type { PackingFile } from "../packing-list/packing-list.ts";

/** The regular files of a package that have come so far, which a hard link can be another name of. */
export class EarlierFiles {
  readonly #files: readonly PackingFile[];
  /** A byte for each file of the list: most packages have no hard link, but many files. */
  readonly #hasCome: Uint8Array;
  /** Where the files stand; made for the first link. */
  #places: Map<string, number> | undefined;

  constructor(files: readonly PackingFile[]) {
    this.#files = files;
    this.#hasCome = new Uint8Array(files.length);
  }

  /** Takes note of the file at a place of the list. */
  add(place: number): void {
    this.#hasCome[place] = 1;
  }

  find(path: string): PackingFile | undefined {
    this.#places ??= new Map(this.#files.map((file, place) => [file.path, place]));
    const place = this.#places.get(path) ?? -1;
    return this.#hasCome[place] === 1 ? this.#files[place] : undefined;
  }
}

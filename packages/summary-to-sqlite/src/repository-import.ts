import { hash } from "node:crypto";
import type { Catalogue } from "./catalogue.ts";
import type { Connection, SqlValue, Statement } from "./connection.ts";
import { MalformedRecordError } from "./errors.ts";
import type { ImportStatistics, Validators } from "./import-summary.ts";
import { KnownPackages } from "./known-packages.ts";
import {
  type PackageRecord,
  parseText,
  RecordProblem,
  recordText,
  splitPkgname,
  textName,
} from "./package-record.ts";
import { PackageWriter } from "./package-writer.ts";
import { REMOTE_INDEXES } from "./schema.ts";
import { shadow } from "./shadow.ts";
import type { SummaryRecord } from "./summary-record.ts";

/** One repository's rows being replaced, inside a transaction that has begun. */
export class RepositoryImport {
  readonly #connection: Connection;
  readonly #path: string;
  readonly #url: string;
  readonly #repository: number;
  /** How many packages the repository had. */
  readonly #before: number;
  readonly #revision: number;
  readonly #known: KnownPackages;
  readonly #writer: PackageWriter;
  #nextId: number;
  #added = 0;
  #changed = 0;
  #unchanged = 0;

  constructor({ connection, path }: Catalogue, url: string) {
    this.#connection = connection;
    this.#path = path;
    this.#url = url;
    connection
      .prepare(`INSERT OR IGNORE INTO repository (url, priority)
        SELECT ?, coalesce(max(priority) + 1, 0) FROM repository`)
      .run(url);
    const row = connection.prepare("SELECT id, packages FROM repository WHERE url = ?").get(url);
    const { id, packages } = row as { id: number; packages: number };
    this.#repository = id;
    this.#before = packages;
    this.#revision = this.#number("SELECT current + 1 FROM revision");
    this.#nextId = this.#number("SELECT coalesce(max(id), 0) + 1 FROM remote_package");
    this.#known = new KnownPackages(connection, id);
    this.#writer = new PackageWriter(connection, "remote", ["repository", "shadowed", "revision", "digest"]);
    if (this.#isFirst) for (const index of REMOTE_INDEXES.keys()) connection.exec(`DROP INDEX ${index}`);
  }

  /** @throws MalformedRecordError */
  add(record: SummaryRecord): void {
    // 128 bits of it would do; as base64 it is made fastest.
    const { bytes } = record;
    const digest = hash("sha256", bytes, "base64");
    if (this.#known.isNext(digest)) {
      this.#unchanged += 1;
      return;
    }
    try {
      this.#addOutOfStep(bytes, digest);
    } catch (error) {
      if (!(error instanceof RecordProblem)) throw error;
      const { number, offset } = record;
      const facts = { repository: this.#url, number, offset, line: error.line };
      throw new MalformedRecordError(this.#path, error.message, facts);
    }
  }

  /** Takes the packages out that the summary has not named, and notes what it was. */
  finish(validators: Validators): ImportStatistics {
    if (this.#isFirst) this.#makeIndexes();
    const removed = this.#before - this.#unchanged - this.#changed;
    if (removed > 0) this.#remove();
    if (this.#added + this.#changed + removed > 0) {
      this.#connection.prepare("UPDATE revision SET current = ?").run(this.#revision);
      if (this.#number("SELECT count(*) FROM repository") > 1) shadow(this.#connection);
    }
    const statistics = {
      added: this.#added,
      changed: this.#changed,
      removed,
      unchanged: this.#unchanged,
      total: this.#added + this.#changed + this.#unchanged,
    };
    this.#note(statistics.total, validators);
    return statistics;
  }

  get #isFirst(): boolean {
    return this.#before === 0;
  }

  #addOutOfStep(bytes: Uint8Array, digest: string): void {
    const { text, isPlain } = recordText(bytes);
    const parse = () => parseText(text);
    if (this.#isFirst) {
      this.#addNew(parse(), digest, isPlain);
      return;
    }
    const pkgname = textName(text);
    const { name, version } = pkgname ? splitPkgname(pkgname) : parse();
    const known = this.#known.find(name, version);
    if (known === undefined) {
      this.#known.name(this.#nextId);
      this.#addNew(parse(), digest, isPlain);
    } else if (!this.#known.isNamed(known.id)) {
      this.#known.name(known.id);
      if (known.digest === digest) {
        this.#unchanged += 1;
      } else {
        this.#writer.write(known.id, parse(), this.#extra(digest));
        this.#changed += 1;
      }
    }
  }

  #addNew(record: PackageRecord, digest: string, isPlain: boolean): void {
    this.#writer[isPlain ? "append" : "write"](this.#nextId++, record, this.#extra(digest));
    this.#added += 1;
  }

  #extra(digest: string): readonly SqlValue[] {
    return [this.#repository, 0, this.#revision, digest];
  }

  #makeIndexes(): void {
    for (const sql of REMOTE_INDEXES.values()) {
      try {
        this.#connection.exec(sql);
      } catch (error) {
        if ((error as { code?: string }).code !== "SQLITE_CONSTRAINT_UNIQUE") throw error;
        // Some record came twice, which nobody could see without this index.
        this.#added -= this.#removeDoubles();
        this.#connection.exec(sql);
      }
    }
  }

  #removeDoubles(): number {
    this.#connection.exec(`CREATE INDEX doubles ON remote_package (name, version, repository);
      DELETE FROM remote_package WHERE repository = ${this.#repository} AND id > (SELECT min(o.id) FROM remote_package o
        WHERE o.name = remote_package.name AND o.version = remote_package.version AND o.repository = remote_package.repository);`);
    const doubles = this.#number("SELECT changes()");
    this.#connection.exec(`DROP INDEX doubles;
      DELETE FROM remote_detail WHERE id NOT IN (SELECT id FROM remote_package)`);
    return doubles;
  }

  #remove(): void {
    const remove: Statement[] = ["remote_detail", "remote_package"].map((table) =>
      this.#connection.prepare(`DELETE FROM ${table} WHERE id = ?`),
    );
    for (const id of this.#known.unnamed()) for (const statement of remove) statement.run(id);
  }

  #note(total: number, { etag, lastModified }: Validators): void {
    const time = Date.parse(lastModified ?? "");
    const mtime = Math.trunc((Number.isNaN(time) ? Date.now() : time) / 1000);
    this.#connection
      .prepare("UPDATE repository SET packages = ?, etag = ?, last_modified = ?, mtime = ? WHERE id = ?")
      .run(total, etag ?? null, lastModified ?? null, mtime, this.#repository);
  }

  #number(sql: string): number {
    return (this.#connection.prepare(sql).raw().get() as [number])[0];
  }
}

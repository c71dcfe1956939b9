import type { Catalogue } from "summary-to-sqlite";

/*
 * Whether a summary was signed is seen only while it is read, and what it says of packages is asked later; so the catalogue
 * has a table of its own that says who signed what it holds. It is made when the policy first asks for signatures.
 */

const TABLE = "summary_signer";

/** What is known of the signature of a summary that the catalogue holds. */
export interface KnownSigner {
  /** Undefined where nobody had signed it who is trusted. */
  readonly signer: string | undefined;
  /** The digest of the keyring that it was verified with. */
  readonly keyring: string;
}

/** Tells who signed a repository's summary; undefined where nobody has looked. */
export function knownSigner({ connection }: Catalogue, repository: string): KnownSigner | undefined {
  if (!hasTable({ connection })) return undefined;
  const row = connection.prepare(`SELECT signer, keyring FROM ${TABLE} WHERE url = ?`).get(repository) as
    | { signer: string | null; keyring: string }
    | undefined;
  return row && { signer: row.signer ?? undefined, keyring: row.keyring };
}

/** Notes who signed the summary that has been taken in. */
export function noteSigner({ connection }: Catalogue, repository: string, known: KnownSigner): void {
  connection.exec(
    `CREATE TABLE IF NOT EXISTS ${TABLE} (url TEXT PRIMARY KEY, signer TEXT, keyring TEXT NOT NULL)`,
  );
  const insert = connection.prepare(`INSERT OR REPLACE INTO ${TABLE} VALUES (?, ?, ?)`);
  insert.run(repository, known.signer ?? null, known.keyring);
}

/** Forgets it, since another summary is taken in. */
export function forgetSigner({ connection }: Catalogue, repository: string): void {
  if (hasTable({ connection })) connection.prepare(`DELETE FROM ${TABLE} WHERE url = ?`).run(repository);
}

function hasTable({ connection }: Pick<Catalogue, "connection">): boolean {
  return connection.prepare("SELECT 1 FROM sqlite_master WHERE name = ?").get(TABLE) !== undefined;
}

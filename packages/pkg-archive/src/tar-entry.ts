import type { Extract, Header } from "tar-stream";

/** An entry of a tar archive that is being read. */
export type Entry = Extract extends AsyncIterable<infer Each> ? Each : never;

/** A header of an entry that is to be written. */
export type EntryHeader = Partial<Header> & Pick<Header, "name">;

/** The extended (pax) records of an entry, of which tar-stream's types know only that there are some. */
export function paxRecords({ pax }: Header): Readonly<Record<string, string>> {
  return (pax ?? {}) as Record<string, string>;
}

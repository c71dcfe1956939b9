import type { Header } from "tar-stream";

/** A header of an entry that is to be written. */
export type EntryHeader = Partial<Header> & Pick<Header, "name">;

/** The extended (pax) records of an entry, of which tar-stream's types know only that there are some. */
export function paxRecords({ pax }: Header): Readonly<Record<string, string>> {
  return (pax ?? {}) as Record<string, string>;
}

import type { Header } from "tar-stream";

/** A header of an entry that is to be written. */
export type EntryHeader = Partial<Header> & Pick<Header, "name">;

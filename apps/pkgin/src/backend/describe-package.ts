import { writeSync } from "node:fs";
import { FetchError, type OpenOptions, openUrl } from "fetch-to-fd";
import { decodeText, openPackage, PackageError, type PackageReader } from "pkg-archive";
import { printable } from "../report/printable.ts";
import type { Aspect } from "./backend.ts";

/** How a package is described. */
export interface DescribeOptions {
  /** File descriptor of what there is to complain about. */
  readonly stderr: number;
  readonly network: OpenOptions;
}

/** Describes a package file as pkgsrc's `pkg_info` does, reading no more of it than its metadata. */
export async function describePackage(
  url: string,
  aspect: Aspect,
  { stderr, network }: DescribeOptions,
): Promise<string | undefined> {
  try {
    const opened = await openUrl(url, network);
    try {
      const reader = await openPackage(opened.body);
      try {
        return `Information for ${url}:\n\n${section(reader, aspect)}\n`;
      } finally {
        await reader.close();
      }
    } finally {
      opened.close();
    }
  } catch (error) {
    if (!(error instanceof FetchError || error instanceof PackageError)) throw error;
    const said = error instanceof FetchError ? error.message : `${url}: ${error.message}`;
    writeSync(stderr, printable(`pkg_info: ${said}\n`));
    return undefined;
  }
}

function section({ metadata, packingList }: PackageReader, aspect: Aspect): string {
  const text = (name: string) => decodeText(metadata.get(name) ?? new Uint8Array(0));
  switch (aspect) {
    case "files":
      return `Files:\n${packingList.files.map(({ path }) => `${packingList.prefix}/${path}\n`).join("")}`;
    case "description":
      return `Description:\n${text("+DESC")}`;
    default:
      return `Build information:\n${text("+BUILD_INFO")}`;
  }
}

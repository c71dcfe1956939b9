/* Installs a package, from a file or a URL, below a directory. */
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";

// As the README of pkg-install advises, before anything has made garbage.
setFlagsFromString("--semi-space-growth-factor=1");
const { install } = await import("pkg-install");

const [source, directory] = process.argv.slice(2);
await install(await open(source), { destdir: directory, pkgdb: join(directory, "usr/pkg/pkgdb") });

async function open(place) {
  if (!place.includes("://")) return createReadStream(place);
  const { openUrl } = await import("fetch-to-fd");
  return (await openUrl(place)).body;
}

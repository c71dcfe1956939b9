/* Installs a package, from a file or a URL, below a directory. */
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";

// As the README of pkg-install advises, before anything has made garbage.
setFlagsFromString("--semi-space-growth-factor=1");
const [{ install }, { openUrl }] = await Promise.all([import("pkg-install"), import("fetch-to-fd")]);

const [source, directory] = process.argv.slice(2);
const bytes = source.includes("://") ? (await openUrl(source)).body : createReadStream(source);
await install(bytes, { destdir: directory, pkgdb: join(directory, "usr/pkg/pkgdb") });

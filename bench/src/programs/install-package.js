/* Installs a package, from a file or a URL, below a directory. */
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { setFlagsFromString } from "node:v8";

// As the README of pkg-install advises, before anything has made garbage.
setFlagsFromString("--semi-space-growth-factor=1");
const [{ install }, { openUrl }] = await Promise.all([import("pkg-install"), import("fetch-to-fd")]);

const [source, directory] = process.argv.slice(2);
const url = source.includes("://") ? source : pathToFileURL(resolve(source));
const { body } = await openUrl(url, { reuseMemory: true });
await install(body, { destdir: directory, pkgdb: join(directory, "usr/pkg/pkgdb") });

// @ts-check
// Stands in for pkgsrc's pkg_add, pkg_delete, pkg_info and pkg_admin: called as `pkg-tool.mjs TOOL ARGUMENT...`, it behaves as the
// tool does, by way of pkg-install.
import { createReadStream, existsSync, writeFileSync } from "node:fs";
import process from "node:process";
import { openUrl } from "fetch-to-fd";
import { decodeText, openPackage } from "pkg-archive";
import { install, installedPackages, rebuildRequiredBy, remove, replace } from "pkg-install";
import { splitName } from "pkg-pattern";

const [, , tool = "", ...args] = process.argv;
const pkgdb = process.env["PKG_DBDIR"] ?? "";
const output = { stdout: 1, stderr: 2 };
const onWarning = (/** @type {string} */ message) => complain(`Warning: ${message}`);

try {
  await { pkg_add, pkg_delete, pkg_info, pkg_admin }[tool]?.();
} catch (error) {
  complain(/** @type {Error} */ (error).message);
  if (tool === "pkg_add") complain("1 package addition failed");
  process.exitCode = 1;
}

async function pkg_add() {
  const [flags = "", file = ""] = args;
  const reader = await openPackage(createReadStream(file));
  try {
    const { pkgname } = reader.packingList;
    const present = installedPackages(pkgdb).find(
      ({ name }) => splitName(name).base === splitName(pkgname).base,
    );
    if (process.env["TOOL_BREAKS_AT"]?.split(" ").includes(pkgname)) await breakDown(pkgname, present?.name);
    const [automatic, force] = [flags.includes("A"), flags.includes("f")];
    const options = { pkgdb, output, onWarning, automatic, force, allowBrokenDependents: true };
    const { display } = await (present === undefined
      ? install(reader, options)
      : replace(present.name, reader, options));
    process.stdout.write(display ?? "");
  } finally {
    await reader.close();
  }
}

/**
 * Fails where the tool is at its weakest: the old version has gone, and the new one has not come.
 *
 * @param {string} pkgname @param {string | undefined} old
 */
async function breakDown(pkgname, old) {
  if (old !== undefined) await remove(old, { pkgdb, force: true });
  const directory = process.env["TOOL_WAITS_IN"];
  if (directory !== undefined) {
    writeFileSync(`${directory}/waiting`, "");
    while (!existsSync(`${directory}/go`)) await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${pkgname}: extraction failed`);
}

async function pkg_delete() {
  await remove(args.at(-1) ?? "", { pkgdb, output, onWarning, force: true, deleteChanged: true });
}

async function pkg_info() {
  const [flag, ...rest] = args;
  if (flag === "-Xa") {
    for (const { summary } of installedPackages(pkgdb)) process.stdout.write(`${recordOf(summary)}\n`);
  } else {
    const [url = ""] = rest;
    const { metadata, packingList } = await openPackage((await openUrl(url)).body);
    const files = packingList.files.map(({ path }) => `${packingList.prefix}/${path}\n`).join("");
    const sections = {
      "-L": `Files:\n${files}`,
      "-d": `Description:\n${textOf(metadata, "+DESC")}`,
      "-B": `Build information:\n${textOf(metadata, "+BUILD_INFO")}`,
    };
    process.stdout.write(`Information for ${url}:\n\n${sections[/** @type {"-L"} */ (flag)]}\n`);
  }
}

async function pkg_admin() {
  rebuildRequiredBy(pkgdb);
}

/** @param {ReadonlyMap<string, readonly string[]>} variables */
function recordOf(variables) {
  return [...variables].flatMap(([name, values]) => values.map((value) => `${name}=${value}\n`)).join("");
}

/** @param {ReadonlyMap<string, Uint8Array>} metadata @param {string} name */
function textOf(metadata, name) {
  return decodeText(metadata.get(name) ?? new Uint8Array(0));
}

/** @param {string} message */
function complain(message) {
  process.stderr.write(`${tool}: ${message}\n`);
}

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { temporaryDirectory } from "./run-pkgin.ts";

const script = fileURLToPath(new URL("pkg-tool.mjs", import.meta.url));

/** Notes the call, and does at once what the shell can do faster than Node starts. */
const WRAPPER = `#!/bin/sh
tool=\${0##*/}
{ printf %s "$tool"; printf '\\037%s' "$@" \${PKG_PATH+"PKG_PATH=$PKG_PATH"}; echo; } >> "$TOOL_RECORD"
case "$tool $1" in
"\${TOOL_FAILS-}") exit 1 ;;
"pkg_admin config-var") echo "$PKG_DBDIR" ;;
"pkg_info -Q") tar -xOf "$3" +BUILD_INFO | sed -n "s/^$2=//p" ;;
*) exec "${process.execPath}" "${script}" "$tool" "$@" ;;
esac
`;

/** Programs that stand in for pkgsrc's tools, and note how they are called. */
export interface StandInTools {
  readonly directory: string;
  /** What pkgin is to be run with for these to be used. */
  readonly environment: NodeJS.ProcessEnv;
  /** The command lines so far, without the path of the tool; and forgets them. */
  calls(): string[][];
}

/** Makes them, for one test. */
export function standInTools(): StandInTools {
  const directory = temporaryDirectory();
  const record = join(directory, "record");
  for (const tool of ["pkg_add", "pkg_delete", "pkg_info", "pkg_admin"]) {
    writeFileSync(join(directory, tool), WRAPPER, { mode: 0o755 });
  }
  return {
    directory,
    environment: {
      PKG_INSTALL_DIR: directory,
      TOOL_RECORD: record,
      PKG_PATH: "http://127.0.0.1:1/elsewhere",
    },
    calls() {
      if (!existsSync(record)) return [];
      const lines = readFileSync(record, "utf8").trimEnd().split("\n");
      writeFileSync(record, "");
      return lines.filter((line) => line !== "").map((line) => line.split("\u001F"));
    },
  };
}

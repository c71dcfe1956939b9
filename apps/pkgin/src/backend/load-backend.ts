import type { Context, Setting } from "../context.ts";
import type { Backend } from "./backend.ts";

/** Loads what installs packages here: pkgsrc's tools where they are used, else pkgin's own. */
export async function loadBackend(setting: Setting & Pick<Context, "tools">): Promise<Backend> {
  const { tools, locations, options } = setting;
  if (tools === undefined) {
    const { NativeBackend } = await import("./native.ts");
    return new NativeBackend(setting);
  }
  const { ToolsBackend } = await import("./tools.ts");
  return new ToolsBackend(tools, { pkgdb: locations.pkgdb, verbose: options.verbose });
}

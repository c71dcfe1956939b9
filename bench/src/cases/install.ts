import { mkdirSync, rmSync } from "node:fs";
import { machineTool } from "test-support";
import { programOf } from "../commands.ts";
import type { Bench, Contender } from "../harness/bench.ts";
import { type Layout, largePackage } from "../inputs/large-package.ts";

export const installLarge: Bench = installBench(
  "install-large",
  "Install a package of 262 MB, one file",
  "one-file",
);

export const installMany: Bench = installBench(
  "install-many",
  "Install a package of 262 MB, 20,000 files",
  "many-files",
);

function installBench(name: string, title: string, layout: Layout): Bench {
  return {
    name,
    title,
    note: "tar only unpacks; pkg-install also checks every file, and can take all of it back.",
    async prepare(inputs) {
      const archive = await largePackage(inputs, layout);
      const directory = inputs.directory("installed");
      const before = () => {
        rmSync(directory, { recursive: true, force: true });
        mkdirSync(directory);
      };
      const tar = machineTool("tar");
      const against = "tar xzf";
      const contenders: Contender[] = [
        {
          name: "pkg-install",
          command: [...programOf("install-package"), archive, directory],
          before,
          against,
        },
      ];
      if (tar !== undefined)
        contenders.push({ name: against, command: [tar, "xzf", archive, "-C", directory], before });
      return { contenders, missing: tar === undefined ? ["tar"] : [] };
    },
  };
}

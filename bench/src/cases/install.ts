import { mkdirSync, rmSync } from "node:fs";
import { basename, dirname } from "node:path";
import { machineTool, serveDirectory } from "test-support";
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
    note: "tar only unpacks; pkg-install also checks every file, brings it to disk, and can take all of it back.",
    async prepare(inputs) {
      const archive = await largePackage(inputs, layout);
      const server = await serveDirectory(dirname(archive));
      const directory = inputs.directory("installed");
      const before = () => {
        rmSync(directory, { recursive: true, force: true });
        mkdirSync(directory);
      };
      const against = "tar xzf";
      const install = (contender: string, source: string): Contender => ({
        name: contender,
        command: [...programOf("install-package"), source, directory],
        before,
        against,
      });
      const contenders = [
        install("pkg-install", archive),
        install("pkg-install, while it is downloaded", `${server.url}/${basename(archive)}`),
      ];
      const tar = machineTool("tar");
      if (tar !== undefined) {
        contenders.push({ name: against, command: [tar, "xzf", archive, "-C", directory], before });
        const synced = `"$0" xzf "$1" -C "$2" && sync -f "$2"`;
        contenders.push({
          name: "tar xzf, then sync -f",
          command: ["sh", "-c", synced, tar, archive, directory],
          before,
          against,
        });
      }
      return { contenders, missing: tar === undefined ? ["tar"] : [], close: () => server.close() };
    },
  };
}

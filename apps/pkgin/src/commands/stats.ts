import type { Command } from "../cli.ts";
import { humanSize } from "../report/human-size.ts";

/** Shows how many packages there are, and their sizes. */
export const stats: Command = ({ db, options, output, repositories }) => {
  const { installed, installedSize, available, availableSize } = db.statistics();
  if (options.json) {
    output.json({ installed, installedSize, repositories: repositories.length, available, availableSize });
    return 0;
  }
  output.out(
    "Local package database:\n" +
      `\tInstalled packages: ${installed}\n` +
      `\tDisk space occupied: ${humanSize(installedSize)}\n\n` +
      "Remote package database(s):\n" +
      `\tNumber of repositories: ${repositories.length}\n` +
      `\tPackages available: ${available}\n` +
      `\tTotal size of packages: ${humanSize(availableSize)}\n`,
  );
  return 0;
};

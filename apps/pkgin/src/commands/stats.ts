import type { Command } from "../cli.ts";
import { humanSize } from "../report/human-size.ts";

/** Shows how many packages there are, and their sizes. */
export const stats: Command = ({ db, output, repositories }) => {
  const { installed, installedSize, available, availableSize } = db.statistics();
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

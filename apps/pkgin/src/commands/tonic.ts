import type { Command } from "../cli.ts";

/** A recipe. */
export const tonic: Command = ({ output }) => {
  output.out("* 2 oz gin\n* 5 oz tonic water\n* 1 lime wedge\n");
  return 0;
};

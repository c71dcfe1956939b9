import type { PlainCommand } from "../cli.ts";
import { manualPage } from "../report/manual-page.ts";

/** Writes the manual page. */
export const manual: PlainCommand = ({ output }) => {
  output.out(manualPage());
  return 0;
};

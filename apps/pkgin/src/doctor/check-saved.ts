import { refreshLocal } from "../catalogue/refresh-local.ts";
import type { Context } from "../context.ts";
import { lostPackages } from "../transaction/saved-packages.ts";
import type { Finding } from "./finding.ts";

/** Looks for packages that are gone since a transaction could not put them back. */
export async function checkSaved(context: Context): Promise<readonly Finding[]> {
  const lost = await lostPackages(context.locations);
  return lost.map(({ state, transaction, file }) => ({
    area: "saved",
    problem: `${state.fullName} is gone, and could not be put back by ${transaction}; it is saved in ${file}`,
    repair: async () => {
      // Loaded only now: there is hardly ever anything to put back.
      const { Keepsakes } = await import("../transaction/keepsakes.ts");
      const { putBack } = await import("../transaction/put-back.ts");
      const keepsakes = new Keepsakes(context, transaction);
      const options = { stdout: 1, stderr: 2, signal: context.signal };
      const done = await putBack(context, state, { keepsakes, options });
      if (done !== undefined) context.output.err(`pkgin: ${done.words}\n`);
      await refreshLocal(context, { force: true, verbose: false });
    },
  }));
}

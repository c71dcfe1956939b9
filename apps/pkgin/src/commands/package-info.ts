import type { Aspect } from "../backend/backend.ts";
import { requireRemote } from "../catalogue/lookup.ts";
import type { Command } from "../cli.ts";
import type { Context } from "../context.ts";
import { packageUrl } from "../transaction/cache.ts";

/** Lists the files of a remote package. */
export const packageContent: Command = (context, [wanted = ""]) => show(context, wanted, "files");

/** Shows what a remote package says of itself. */
export const packageDescription: Command = (context, [wanted = ""]) => show(context, wanted, "description");

/** Shows how a remote package was built. */
export const packageBuildDefinitions: Command = (context, [wanted = ""]) =>
  show(context, wanted, "build definitions");

async function show(context: Context, wanted: string, aspect: Aspect): Promise<number> {
  const { output, signal } = context;
  const url = packageUrl(requireRemote(context, wanted));
  const backend = await context.backend();
  const text = await backend.describe(url, aspect, { stdout: 1, stderr: 2, signal });
  if (text === undefined) return 1;
  output.out(text.replaceAll(/^\n|(?<=\n)\n/g, ""));
  return 0;
}

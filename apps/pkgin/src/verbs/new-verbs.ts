import type { Verb } from "../cli.ts";

/** The verbs that this pkgin adds. */
export const newVerbs: readonly Verb[] = [];

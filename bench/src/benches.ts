import { decompressBzip2, decompressOthers } from "./cases/decompress.ts";
import { fetchLarge, fetchSecure, fetchSizes } from "./cases/fetch.ts";
import { heapGrowth } from "./cases/heap-growth.ts";
import { installLarge, installMany, installSizes } from "./cases/install.ts";
import { findOwner, readInstalled } from "./cases/installed.ts";
import { patterns } from "./cases/patterns.ts";
import { planning } from "./cases/planning.ts";
import { queries } from "./cases/queries.ts";
import { flameGraph, foldStacks } from "./cases/stacks.ts";
import { update, updateAgain, updateSizes } from "./cases/update.ts";
import type { Bench } from "./harness/bench.ts";

/** Every bench, in the order in which they run. */
export const benches: readonly Bench[] = [
  decompressBzip2,
  decompressOthers,
  update,
  updateAgain,
  updateSizes,
  heapGrowth,
  fetchLarge,
  fetchSecure,
  fetchSizes,
  installLarge,
  installMany,
  installSizes,
  readInstalled,
  findOwner,
  patterns,
  queries,
  planning,
  foldStacks,
  flameGraph,
];

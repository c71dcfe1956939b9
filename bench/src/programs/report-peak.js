/* Loaded into a Node program that is measured: at its end it writes the most memory that it had, in KiB, to a file. */
import { writeFileSync } from "node:fs";

const file = process.env["BENCH_PEAK_FILE"];
if (file !== undefined)
  process.once("exit", () => writeFileSync(file, `${process.resourceUsage().maxRSS}\n`));

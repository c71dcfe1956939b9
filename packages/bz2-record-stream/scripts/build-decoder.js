/* Compiles assembly/ (AssemblyScript) to WebAssembly and writes it to src/bzip2/decoder-binary.ts, which is not kept in git. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

let binary;
const { error, stderr } = await asc.main(
  [
    "assembly/index.ts",
    "--outFile=decoder.wasm",
    "-O3",
    "--noAssert",
    "--runtime=stub",
    "--enable=simd,threads,bulk-memory",
    "--importMemory",
    "--sharedMemory",
    "--initialMemory=1",
    "--maximumMemory=65536",
    "--noExportMemory",
    `--baseDir=${at("")}`,
  ],
  { writeFile: (_name, contents) => (binary = contents) },
);
if (error !== null || binary === undefined)
  throw new Error(`the decoder does not compile: ${stderr.toString()}`, { cause: error });
writeFileSync(
  at("src/bzip2/decoder-binary.ts"),
  `/** The decoder of assembly/, compiled to WebAssembly, in base 64. */
export const DECODER_BINARY: string =
  "${Buffer.from(binary).toString("base64")}";
`,
);

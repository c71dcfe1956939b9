/* Compiles assembly/ (AssemblyScript) to WebAssembly, and writes it to files of src/ that are not kept in git. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

await build("assembly/index.ts", "src/bzip2/decoder-binary.ts", [
  "--enable=simd,threads,bulk-memory",
  "--sharedMemory",
  "--initialMemory=1",
  "--maximumMemory=65536",
]);
await build("assembly/zstd/index.ts", "src/zstd/decoder-binary.ts", [
  "--enable=bulk-memory",
  "--initialMemory=1",
  "--maximumMemory=65536",
]);

async function build(source, target, options) {
  let binary;
  const { error, stderr } = await asc.main(
    [
      source,
      "--outFile=decoder.wasm",
      "-O3",
      "--noAssert",
      "--runtime=stub",
      "--importMemory",
      "--noExportMemory",
      `--baseDir=${at("")}`,
      ...options,
    ],
    { writeFile: (_name, contents) => (binary = contents) },
  );
  if (error !== null || binary === undefined)
    throw new Error(`${source} does not compile: ${stderr.toString()}`, { cause: error });
  writeFileSync(
    at(target),
    `/** The decoder of ${source}, compiled to WebAssembly, in base 64. */
export const DECODER_BINARY: string =
  "${Buffer.from(binary).toString("base64")}";
`,
  );
}

/* Decompresses a file with unbzip2-stream. */
import { createReadStream, createWriteStream } from "node:fs";
import unbzip2 from "unbzip2-stream";

createReadStream(process.argv[2]).pipe(unbzip2()).pipe(createWriteStream("/dev/null"));

export { readByFile } from "./byfile/read-by-file.ts";
export { writeByFile } from "./byfile/write-by-file.ts";
export { ByFileError } from "./errors.ts";

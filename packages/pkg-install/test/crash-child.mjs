// Installs, replaces or removes a package, or recovers from that, and kills itself in front of a given call that changes the file system; of a
// write, half has been done. Without such a number it says how many calls there were.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { install, recover, remove, replace } from "../dist/index.js";

const { action, options, file, old, killAt } = JSON.parse(process.argv[2]);

const CALLS = (
  "appendFile chmod close fchmod fdatasync fsync futimes lchown link lutimes mkdir open rename rm rmdir symlink truncate unlink " +
  "write writeFile"
).split(" ");

let calls = 0;
for (const name of CALLS.map((call) => `${call}Sync`)) {
  const original = fs[name];
  fs[name] = (...parameters) => {
    calls += 1;
    if (calls === killAt) {
      if (name === "writeSync") writeHalf(original, parameters);
      process.kill(process.pid, "SIGKILL");
    }
    return original(...parameters);
  };
}
syncBuiltinESMExports();

function writeHalf(write, [fd, bytes, offset = 0, length = bytes.length - offset, position = null]) {
  write(fd, bytes, offset, Math.floor(length / 2), position);
}

process.stdout.write("begin\n");
if (action === "install") await install(fs.createReadStream(file), options);
if (action === "replace") await replace(old, fs.createReadStream(file), options);
if (action === "remove") await remove(old, options);
if (action === "recover") await recover(options.pkgdb, options);
process.stdout.write(`${calls}\n`);

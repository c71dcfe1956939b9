import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { native } from "../text.ts";
import { expectRoom } from "./expect-room.ts";

test("room is looked for where the file will be, whatever the name of that is", () => {
  const root = mkdtempSync(join(tmpdir(), "pkg-install-room-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const path = join(root, process.platform === "darwin" ? "d" : "d\udcfc", "file");
  mkdirSync(native(join(path, "..")));
  expect(() => expectRoom("a-1.0", path, 2 ** 26)).not.toThrow();
  expect(() => expectRoom("a-1.0", path, 2 ** 52)).toThrow(
    /^a-1.0: a file of 4503599627370496 bytes does not fit; \d+ bytes are free in /,
  );
});

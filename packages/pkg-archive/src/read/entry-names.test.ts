import { describe, expect, test } from "vitest";
import { buildTar, metadataItems, pax, type TarItem } from "../../test/build-tar.ts";
import { readWhole } from "../../test/collect.ts";

const latin1 = (text: string): Buffer => Buffer.from(text, "latin1");

/** A package of these entries, whose packing list has these lines. */
function packageOf(lines: readonly (string | Buffer)[], entries: readonly TarItem[]): Buffer {
  const contents = ["@name test-1.0", "@cwd /usr/pkg", ...lines].flatMap((line) => [line, "\n"]);
  const [, ...others] = metadataItems("");
  const list = { name: "+CONTENTS", content: Buffer.concat(contents.map((part) => Buffer.from(part))) };
  return buildTar([list, ...others, ...entries]);
}

describe("names that are no UTF-8", () => {
  const short = latin1("share/gr\xfc\xdfe");
  const long = latin1(`share/${"x".repeat(120)}/\xe9\xc3\xa9\xff`);
  const linkTo = (target: Buffer): Buffer => Buffer.concat([latin1("linkpath="), target]);
  const named = (name: Buffer): Buffer => Buffer.concat([latin1("path="), name]);
  const gnu = (type: string, content: Buffer): TarItem => ({ name: "././@LongLink", type, content });

  test.each([
    ["short ones", [short], [{ name: short }]],
    [
      "in extended headers",
      [short, long, "link", "hard"],
      [
        pax(named(short)),
        { name: "elsewhere" },
        pax("comment=caf\xe9", named(long), "size=0"),
        { name: "elsewhere" },
        pax(linkTo(long)),
        { name: "link", type: "2", target: "elsewhere" },
        pax(linkTo(short), "path=hard"),
        { name: "elsewhere", type: "1", target: "elsewhere" },
      ],
    ],
    [
      "in GNU's long names",
      [short, long, "link", "hard"],
      [
        gnu("L", short),
        { name: "elsewhere" },
        gnu("L", long),
        { name: "elsewhere" },
        gnu("K", long),
        { name: "link", type: "2", target: "elsewhere" },
        gnu("K", short),
        { name: "hard", type: "1", target: "elsewhere" },
      ],
    ],
  ] satisfies [string, (string | Buffer)[], TarItem[]][])(
    "are read exactly: %s",
    async (_, lines, entries) => {
      const { files } = await readWhole(packageOf(lines, entries));
      const texts = ["share/gr\udcfc\udcdfe", `share/${"x".repeat(120)}/\udce9\xe9\udcff`, "link", "hard"];
      expect(files.map(({ path }) => path)).toEqual(texts.slice(0, lines.length));
      const links = files.filter(({ type }) => type !== "file");
      expect(links.map(({ target }) => target)).toEqual([texts[1], texts[0]].slice(0, links.length));
    },
  );

  test.each([
    ["the same in UTF-8", "gr\xfc\xdfe", latin1("gr\xfc\xdfe"), "gr\udcfc\udcdfe"],
    ["the same in Latin-1", latin1("gr\xfc\xdfe"), Buffer.from("gr\xfc\xdfe"), "gr\xfc\xdfe"],
    ["what stands for none", latin1("gr\xfc"), Buffer.from("gr\ufffd"), "gr\ufffd"],
    ["another without a character", "gr\ufffd", latin1("gr\xfc"), "gr\udcfc"],
  ])("are not taken for %s", async (_, listed, found, text) => {
    for (const entries of [[{ name: found }], [pax(named(found)), { name: "elsewhere" }]])
      await expect(readWhole(packageOf([listed], entries))).rejects.toMatchObject({
        code: "ERR_PACKAGE_MALFORMED",
        message: expect.stringContaining(`found ${JSON.stringify(text)}`),
      });
  });

  test("come from the last header before the file, as in every tar", async () => {
    const entries = [pax(named(short), linkTo(short)), pax(named(long)), { name: "elsewhere" }];
    const { files } = await readWhole(packageOf([long], entries));
    expect(files).toHaveLength(1);
  });
});

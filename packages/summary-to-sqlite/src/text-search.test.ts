import { expect, test } from "vitest";
import { importText, newCatalogue, recordOf } from "../test/fixture.ts";
import { type Catalogue, openCatalogue } from "./index.ts";

const records = [
  { PKGNAME: "greeter-1", COMMENT: "Says good morning", DESCRIPTION: "A polite program." },
  {
    PKGNAME: "clock-1",
    COMMENT: "Tells the time",
    DESCRIPTION: "Greeter users like it; it is polite in the morning.",
  },
  { PKGNAME: "polite-1", COMMENT: "Library", DESCRIPTION: "Größe zählt." },
];
const text = records.map(recordOf).join("\n");

const found = (catalogue: Catalogue, words: string, limit?: number) =>
  catalogue.searchText(words, limit === undefined ? {} : { limit }).map(({ remote }) => remote.fullName);

test("a search finds words in names, comments and descriptions, the best first", async () => {
  const catalogue = newCatalogue();
  await importText(catalogue, text);
  expect(found(catalogue, "greeter")).toEqual(["greeter-1", "clock-1"]);
  expect(found(catalogue, "POLITE")).toEqual(["polite-1", "greeter-1", "clock-1"]);
  expect(found(catalogue, "polite", 1)).toEqual(["polite-1"]);
  expect(found(catalogue, "polite morning")).toEqual(["greeter-1", "clock-1"].toSorted().toReversed());
  expect(found(catalogue, '"good morning"')).toEqual(["greeter-1"]);
  expect(found(catalogue, '"morning good"')).toEqual([]);
  expect(found(catalogue, "greet*").toSorted()).toEqual(["clock-1", "greeter-1"]);
  expect(found(catalogue, "grosse")).toEqual([]);
  expect(found(catalogue, "zahlt")).toEqual(["polite-1"]);
  const scores = catalogue.searchText("polite").map(({ score }) => score);
  expect(scores).toEqual(scores.toSorted((a, b) => b - a));
});

test("what has a meaning in FTS5's own language is taken as it stands", async () => {
  const catalogue = newCatalogue();
  await importText(catalogue, text);
  for (const words of ["polite AND (", "name:polite", "NEAR(a b)", '"', "''", "-", "*", "a^b", "\0"])
    expect(() => catalogue.searchText(words)).not.toThrow();
  expect(found(catalogue, "  ")).toEqual([]);
});

test("imports that come later are found, and what they removed is not", async () => {
  const catalogue = newCatalogue();
  await importText(catalogue, text);
  expect(found(catalogue, "clock")).toEqual(["clock-1"]);
  await importText(
    catalogue,
    [
      { ...records[0], COMMENT: "Waves" },
      { PKGNAME: "new-1", COMMENT: "A clock too" },
    ]
      .map((record) => recordOf(record as Record<string, string>))
      .join("\n"),
  );
  expect(found(catalogue, "clock")).toEqual(["new-1"]);
  expect(found(catalogue, "waves")).toEqual(["greeter-1"]);
  expect(found(catalogue, "morning")).toEqual([]);
});

test("a search works for who may only read, and while somebody else writes", async () => {
  const catalogue = newCatalogue();
  await importText(catalogue, text);
  const reader = openCatalogue(catalogue.path, { readOnly: true });
  expect(found(reader, "clock")).toEqual(["clock-1"]);
  reader.close();
  const other = openCatalogue(catalogue.path);
  catalogue.beginWriting();
  expect(found(other, "clock")).toEqual(["clock-1"]);
  catalogue.connection.exec("ROLLBACK");
  expect(found(other, "clock")).toEqual(["clock-1"]);
  other.close();
});

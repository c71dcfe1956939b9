import { expect, test } from "vitest";
import { parseCommandLine, UsageError } from "./parse.ts";

test("options end at the verb", () => {
  const { verb, args, options } = parseCommandLine(["-p", "search", "-y"]);
  expect({ verb, args, answers: options.answers, parsable: options.parsable }).toEqual({
    verb: "search",
    args: ["-y"],
    answers: "ask",
    parsable: true,
  });
});

test("letters may be grouped and repeated", () => {
  const { options } = parseCommandLine(["-444fVVVy", "upgrade"]);
  expect(options).toMatchObject({ family: 4, force: true, verbose: true, answers: "yes" });
});

test("the last of -y and -n wins", () => {
  expect(parseCommandLine(["-yn", "upgrade"]).options.answers).toBe("no");
  expect(parseCommandLine(["-n", "-y", "upgrade"]).options.answers).toBe("yes");
});

test.each([
  [["-l", "<", "list"], "<"],
  [["-l<", "list"], "<"],
  [["-pl", ">=", "list"], ">"],
])("the sign of -l is its first character: %j", (argv, sign) => {
  expect(parseCommandLine(argv).options.limit).toBe(sign);
});

test("a value that looks like an option is still the value", () => {
  expect(parseCommandLine(["-t", "-y", "list"]).options).toMatchObject({ trace: "-y", answers: "ask" });
});

test("long options are understood after the verb as well", () => {
  const { options, args, instead } = parseCommandLine(["install", "--prefix", "/tmp/p", "hello", "--help"]);
  expect({ prefix: options.prefix, args, instead }).toEqual({
    prefix: "/tmp/p",
    args: ["hello"],
    instead: "help",
  });
});

test("after -- nothing is an option", () => {
  expect(parseCommandLine(["search", "--", "--help"])).toMatchObject({
    args: ["--help"],
    instead: undefined,
  });
  expect(parseCommandLine(["--", "list"])).toMatchObject({ verb: "list" });
});

test("an unknown long option after the verb is an argument like any other", () => {
  expect(parseCommandLine(["search", "--sparse"])).toMatchObject({ args: ["--sparse"], strays: ["sparse"] });
  expect(parseCommandLine(["search", "--", "--sparse"])).toMatchObject({ args: ["--sparse"], strays: [] });
});

test.each([
  [["-Z", "list"], "unknown option -- Z"],
  [["-yZ", "list"], "unknown option -- Z"],
  [["--frob", "list"], "unknown option -- frob"],
  [["-l"], "option requires an argument -- l"],
  [["--prefix"], "option requires an argument -- prefix"],
  [["--backend", "other"], '--backend: native or tools was expected, found "other"'],
  [["--jobs", "0"], '--jobs: a whole number from 1 on was expected, found "0"'],
  [["--wait=soon"], '--wait: a whole number from 0 on was expected, found "soon"'],
])("%j is refused", (argv, message) => {
  const attempt = () => parseCommandLine(argv);
  expect(attempt).toThrow(UsageError);
  expect(attempt).toThrow(message);
});

test("waiting may be limited or not", () => {
  const waitOf = (argv: string[]) => parseCommandLine(argv).options.wait;
  expect([waitOf(["list"]), waitOf(["--wait", "list"]), waitOf(["list", "--wait=5"])]).toEqual([
    0,
    Number.POSITIVE_INFINITY,
    5,
  ]);
});

test("nothing at all has no verb", () => {
  expect(parseCommandLine([])).toMatchObject({ verb: undefined, args: [] });
});

import { parseVariables, SUMMARY_FROM_BUILD_INFO } from "pkg-archive";
import type { Relations } from "./relations.ts";

/** Variables of a package summary; a value of several lines, or several values, are several strings. */
export type SummaryVariables = ReadonlyMap<string, readonly string[]>;

/** Puts the variables of a package's summary together, in the order of `pkg_info -X`. */
export function summaryVariables(
  pkgname: string,
  { dependencies, conflicts }: Relations,
  read: (file: string) => string | undefined,
): SummaryVariables {
  const variables = new Map<string, readonly string[]>([["PKGNAME", [pkgname]]]);
  const add = (name: string, values: readonly string[]): void => {
    if (values.length > 0) variables.set(name, values);
  };
  add("DEPENDS", dependencies);
  add("CONFLICTS", conflicts);
  add("COMMENT", lines(read("+COMMENT")).slice(0, 1));
  add("SIZE_PKG", lines(read("+SIZE_PKG")).slice(0, 1));
  for (const [name, values] of parseVariables(read("+BUILD_INFO") ?? "")) {
    if (SUMMARY_FROM_BUILD_INFO.has(name)) add(name, values);
  }
  add("DESCRIPTION", lines(read("+DESC")));
  return variables;
}

function lines(text: string | undefined): readonly string[] {
  return text === undefined ? [] : text.replace(/\n$/, "").split("\n");
}

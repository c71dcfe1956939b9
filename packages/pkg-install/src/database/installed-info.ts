import { parseVariables } from "pkg-archive";

/** The file of a package's directory that says how it came to be there. */
export const INSTALLED_INFO = "+INSTALLED_INFO";

/** Whether the text of a +INSTALLED_INFO says that the package was installed for the sake of another. */
export function isAutomatic(text: string | undefined): boolean {
  const values = parseVariables(text ?? "").get("automatic");
  return values?.[0]?.toLowerCase() === "yes";
}

/**
 * The text of a +INSTALLED_INFO with the automatic flag set or cleared; other lines stay as they are.
 *
 * @returns undefined where nothing is left to say, and so the file is not to be
 */
export function withAutomatic(text: string | undefined, automatic: boolean): string | undefined {
  const others = (text ?? "").split("\n").filter((line) => line !== "" && !/^automatic=/i.test(line));
  const lines = automatic ? [...others, "automatic=yes"] : others;
  return lines.length === 0 ? undefined : lines.map((line) => `${line}\n`).join("");
}

import shared from "../../rolldown.config.js";

/** What is loaded together: at the start, for a verb, for one that needs the catalogue, for the network, for lists of packages. */
const groups = [
  ["bin", /src\/bin\.ts$/],
  ["run-verb", /src\/run-verb\.ts$/],
  ["run-on-catalogue", /src\/run-on-catalogue\.ts$/],
  ["refresh-remote", /src\/catalogue\/refresh-remote\.ts$/],
  ["packages", /src\/(report\/package-(json|line)|catalogue\/(lookup|sign|suggest-remote))\.ts$/],
].map(([name, test], index, all) => ({ name, test, priority: all.length - index }));

export default {
  ...shared,
  // Nobody imports pkgin, so its entry may export what its other files need.
  preserveEntrySignatures: "allow-extension",
  output: { ...shared.output, codeSplitting: { groups } },
};

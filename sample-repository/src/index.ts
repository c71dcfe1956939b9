export { createPackage, type CreatedPackage } from "./create-package.ts";
export { createRepository, type RepositoryOptions } from "./create-repository.ts";
export type { SampleFile, SamplePackage } from "./sample-package.ts";

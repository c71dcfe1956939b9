export {
  DamagedError,
  DigestError,
  FileError,
  LimitError,
  MalformedError,
  PackageError,
  SignatureError,
  SpecError,
  ToolError,
} from "./errors.ts";
export { type Environment, type InstallConfig, parseInstallConfig } from "./install-config/install-config.ts";
export { formatPackingList } from "./packing-list/format-packing-list.ts";
export type { PackingLine } from "./packing-list/packing-lines.ts";
export {
  type PackingCommand,
  type PackingDirectory,
  type PackingFacts,
  type PackingFile,
  type PackingItem,
  PackingList,
} from "./packing-list/packing-list.ts";
export { parsePackingList } from "./packing-list/parse-packing-list.ts";
export { readFileChunks } from "./read-file-chunks.ts";
export { openPackage, type OpenOptions, type PackageReader } from "./read/open-package.ts";
export type { PackageFile } from "./read/package-file.ts";
export type { PackageHash } from "./signature/package-hash.ts";
export { signPackage, type SignOptions } from "./signature/sign-package.ts";
export type { PackageSignature } from "./signature/signed-package.ts";
export {
  type DetachedOptions,
  type Signer,
  verifyClearSigned,
  verifyDetached,
  verifySignature,
} from "./signature/verify-signature.ts";
export { SUMMARY_FROM_BUILD_INFO, type SummaryFile, summaryRecord } from "./summary/summary-record.ts";
export {
  type SummaryFormat,
  type SummaryOptions,
  type SummaryResult,
  writeSummary,
} from "./summary/write-summary.ts";
export { decodeText, encodeText } from "bz2-record-stream";
export { formatVariables, parseVariables, type Variable, Variables } from "./variables.ts";
export { checkedFile, type FileFacts } from "./verify/checked-file.ts";
export { readDigestList } from "./verify/digest-list.ts";
export { type AuditOptions, createAudit } from "./vulnerabilities/audit.ts";
export { formatVulnerabilities } from "./vulnerabilities/format-vulnerabilities.ts";
export { parseVulnerabilities } from "./vulnerabilities/parse-vulnerabilities.ts";
export { readVulnerabilities } from "./vulnerabilities/read-vulnerabilities.ts";
export { type Vulnerability, VulnerabilityList } from "./vulnerabilities/vulnerabilities.ts";
export type { Compression } from "./write/compress.ts";
export type { PackageParts, PackageSpec } from "./write/package-spec.ts";
export { writePackage, type WriteOptions } from "./write/write-package.ts";

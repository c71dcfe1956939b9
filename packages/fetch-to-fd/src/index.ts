export { downloadFile } from "./download-file.ts";
export {
  DigestMismatchError,
  FetchError,
  type FetchErrorCode,
  HttpStatusError,
  redactUrl,
  SizeMismatchError,
  TruncatedError,
} from "./fetch-error.ts";
export { type FetchResult, fetchToFd } from "./fetch-to-fd.ts";
export { type OpenedUrl, openUrl } from "./open-url.ts";
export type { DigestAlgorithm, FetchOptions, OpenOptions, Progress, Validators } from "./options.ts";

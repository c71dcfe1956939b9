export { downloadFile } from "./download-file.ts";
export {
  ConnectionError,
  DigestMismatchError,
  FetchError,
  type FetchErrorCode,
  HttpStatusError,
  RedirectError,
  redactUrl,
  SizeMismatchError,
  StalledError,
  TruncatedError,
  WriteError,
} from "./fetch-error.ts";
export { type FetchResult, fetchToFd } from "./fetch-to-fd.ts";
export { type OpenedUrl, openUrl } from "./open-url.ts";
export type { DigestAlgorithm, Digests, FetchOptions, OpenOptions, Progress, Validators } from "./options.ts";

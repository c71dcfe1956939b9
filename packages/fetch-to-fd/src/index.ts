export { downloadFile } from "./download-file.ts";
export {
  ChangedError,
  ConnectionError,
  DigestMismatchError,
  FetchError,
  type FetchErrorCode,
  FtpStatusError,
  HttpStatusError,
  RedirectError,
  redactUrl,
  SizeMismatchError,
  StalledError,
  TimeLimitError,
  TruncatedError,
  WriteError,
} from "./fetch-error.ts";
export { type FetchResult, fetchToFd } from "./fetch-to-fd.ts";
export { openUrl } from "./open-url.ts";
export type { OpenedUrl } from "./opened.ts";
export type {
  DigestAlgorithm,
  Digests,
  DownloadOptions,
  Environment,
  FetchOptions,
  OpenOptions,
  OpenUrlOptions,
  Progress,
  Validators,
} from "./options.ts";
export { type RetryDelay, retryDelay } from "./retry-delay.ts";

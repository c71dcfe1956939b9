import fc from "fast-check";
import { expect, test } from "vitest";
import {
  ConnectionError,
  DigestMismatchError,
  type FetchError,
  FtpStatusError,
  HttpStatusError,
  RedirectError,
  SizeMismatchError,
  StalledError,
  TruncatedError,
} from "./fetch-error.ts";
import { retryDelay } from "./retry-delay.ts";

const url = "http://localhost/";
const failed = (code: string) => new ConnectionError(url, Object.assign(new Error(code), { code }));

const passing: readonly FetchError[] = [
  ...["ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "EHOSTUNREACH", "EAI_AGAIN"].map(failed),
  ...[408, 429, 500, 502, 503, 504].map((status) => new HttpStatusError(url, status, "busy")),
  new FtpStatusError(url, 421, new Error("busy")),
  new StalledError(url, 1),
  new TruncatedError(url, 2, 1),
];

const lasting: readonly FetchError[] = [
  ...["ENOTFOUND", "DEPTH_ZERO_SELF_SIGNED_CERT", "HPE_INVALID_CONSTANT"].map(failed),
  ...[301, 400, 401, 403, 404, 410, 416, 501].map((status) => new HttpStatusError(url, status, "no")),
  new FtpStatusError(url, 550, new Error("no")),
  new RedirectError(url, "no"),
  new SizeMismatchError(url, 1, 2),
  new DigestMismatchError(url, "md5", "1", "2"),
];

test("what may pass is tried again, the later the more has failed; nothing else is", () => {
  const attempts = fc.integer({ min: 1, max: 40 });
  fc.assert(
    fc.property(fc.constantFrom(...passing), attempts, (error, attempt) => {
      const most = Math.min(60_000, 1000 * 2 ** (attempt - 1));
      const delay = retryDelay(error, attempt) ?? Number.NaN;
      expect(delay).toBeGreaterThanOrEqual(most / 2);
      expect(delay).toBeLessThanOrEqual(most);
    }),
  );
  for (const error of lasting) expect(retryDelay(error, 1)).toBeUndefined();
});

test("a server is left alone as long as it asks for, within reason", () => {
  const busy = (retryAfter: number) => new HttpStatusError(url, 503, "busy", retryAfter);
  expect(retryDelay(busy(0), 9)).toBe(0);
  expect(retryDelay(busy(7000), 1)).toBe(7000);
  expect(retryDelay(busy(3_600_000), 1)).toBeUndefined();
});

import { isUtf8 } from "node:buffer";
import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeText, encodeText, isEscaped } from "./text.ts";

test("any bytes survive being decoded and encoded", () => {
  const bytes = fc.oneof(
    fc.uint8Array(),
    fc.string({ unit: "binary" }).map((text) => new Uint8Array(Buffer.from(text))),
  );
  fc.assert(
    fc.property(fc.array(bytes), (parts) => {
      const whole = Buffer.concat(parts);
      expect(encodeText(decodeText(whole))).toEqual(whole);
    }),
  );
});

test("valid UTF-8 is decoded as everybody decodes it, and nothing else is without escapes", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array(),
        fc.string({ unit: "binary" }).map((text) => Buffer.from(text)),
      ),
      (bytes) => {
        const text = decodeText(bytes);
        expect(isEscaped(text)).toBe(!isUtf8(bytes));
        expect(text.replaceAll(/[\udc80-\udcff]/gu, "") === Buffer.from(bytes).toString()).toBe(
          isUtf8(bytes),
        );
      },
    ),
  );
});

test("encoded surrogates and overlong forms are no UTF-8", () => {
  expect(decodeText(Buffer.of(0xed, 0xa0, 0x80))).toBe("\udced\udca0\udc80");
  expect(decodeText(Buffer.of(0xc0, 0xaf))).toBe("\udcc0\udcaf");
  expect(decodeText(Buffer.of(0xf4, 0x90, 0x80, 0x80))).toBe("\udcf4\udc90\udc80\udc80");
});

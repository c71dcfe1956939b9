/** Whether what OpenPGP has made is text, as `gpg --armor` writes it. */
export function isArmored(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 5)).toString("latin1") === "-----";
}

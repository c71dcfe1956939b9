import { generateKey } from "openpgp";

/** A pair of OpenPGP keys, armoured. */
export interface Keys {
  readonly privateKey: Buffer;
  readonly publicKey: Buffer;
}

/** Makes a new pair of keys of `Test <test@example.org>`. */
export async function newKeys(passphrase?: string): Promise<Keys> {
  const userIDs = [{ name: "Test", email: "test@example.org" }];
  const options = passphrase === undefined ? { userIDs } : { userIDs, passphrase };
  const { privateKey, publicKey } = await generateKey(options);
  return { privateKey: Buffer.from(privateKey), publicKey: Buffer.from(publicKey) };
}

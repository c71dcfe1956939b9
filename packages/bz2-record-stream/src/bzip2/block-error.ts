/** The problem with a block, in words; never seen outside of this folder. */
export class BlockError extends Error {
  override readonly name = "BlockError";
}

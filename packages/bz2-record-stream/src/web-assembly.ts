/** The part of WebAssembly that is used here, which the types of Node 20 lack. */
interface WebAssemblyApi {
  readonly Memory: new (size: { initial: number; maximum: number; shared?: boolean }) => {
    readonly buffer: ArrayBufferLike;
  };
  readonly Module: new (binary: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: { env: { memory: object } },
  ) => { readonly exports: object };
}

export const webAssembly: WebAssemblyApi = (globalThis as unknown as { WebAssembly: WebAssemblyApi })
  .WebAssembly;

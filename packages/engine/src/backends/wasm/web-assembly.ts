// Types of the used part of WebAssembly, because the project compiles without the types of browsers.

export interface WasmMemory {
  readonly buffer: ArrayBuffer
}

interface WasmEngine {
  validate(bytes: Uint8Array): boolean
  /** bytes give an instance and its module */
  instantiate(bytes: Uint8Array, imports: object): Promise<{ instance: { exports: unknown } }>
}

export const webAssembly = (globalThis as unknown as { WebAssembly: WasmEngine }).WebAssembly

// What was downloaded, so that it is downloaded once.

/** Files by the hash of their content. */
export interface FileCache {
  /** @returns undefined: it is not there */
  read(hash: string): Promise<Uint8Array | undefined>
  write(hash: string, bytes: Uint8Array): Promise<void>
}

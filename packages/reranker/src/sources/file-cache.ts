// A cache of downloads.

/** Files by the hash of their content. */
export interface FileCache {
  /** @returns undefined if it is missing */
  read(hash: string): Promise<Uint8Array | undefined>
  write(hash: string, bytes: Uint8Array): Promise<void>
}

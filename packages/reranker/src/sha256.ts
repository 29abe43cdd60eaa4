// SHA-256 by the platform's own code. Node's Web Crypto uses another thread, which costs ten times the hash
// of a short text; its older API is available through `process.getBuiltinModule`.
interface NodeCrypto {
  createHash(name: 'sha256'): {
    update(bytes: Uint8Array): { digest(encoding: 'hex' | 'base64'): string }
  }
  /** the same in one call, from Node 20.12 */
  hash?(name: 'sha256', bytes: Uint8Array, encoding: 'hex' | 'base64'): string
}

const { process } = globalThis as {
  readonly process?: { getBuiltinModule?(name: string): unknown }
}
const node = process?.getBuiltinModule?.('node:crypto') as NodeCrypto | undefined

/** The hash of these bytes, in hex or base64; in Node, browsers and workerd. */
export async function sha256(bytes: Uint8Array, encoding: 'hex' | 'base64' = 'hex'): Promise<string> {
  if (node?.hash !== undefined) return node.hash('sha256', bytes, encoding)
  if (node !== undefined) return node.createHash('sha256').update(bytes).digest(encoding)
  const sum = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>))
  if (encoding === 'base64') return btoa(String.fromCharCode(...sum))
  let hex = ''
  for (const byte of sum) hex += HEX[byte]
  return hex
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

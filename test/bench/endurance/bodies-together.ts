// Many bodies at once, of the kinds that fill a memory: stopped before their end, compressed, whole, and refused.
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { LARGE } from '../../edge/hostile/hostile-bodies.ts'
import { head, rawClient, statusOf } from '../../edge/served/raw-client.ts'

export interface Together {
  readonly path: string
  readonly headers: Readonly<Record<string, string | number>>
  /** what is sent of the body, all at once */
  readonly sent: string | Uint8Array
}

const plain = (path: string, body: string): Together => ({
  path,
  headers: { 'content-length': Buffer.byteLength(body), 'cache-control': 'no-store' },
  sent: body,
})
const compressed = (bytes: Uint8Array, cut: number): Together => {
  const sent = gzipSync(bytes)
  return {
    path: '/v2/rerank',
    headers: { 'content-encoding': 'gzip', 'content-length': sent.length },
    sent: sent.subarray(0, sent.length - cut),
  }
}
const texts = Array.from({ length: 1_000 }, (_, at) => `${at} ${'the buffer of a lock '.repeat(190)}`)
const whole = JSON.stringify({ model: 'disranker', query: 'a buffer', documents: texts })

/** By name; each is sent by so many clients at once. */
export const TOGETHER: Readonly<Record<string, Together>> = {
  'stopped at 3.9 MB': {
    path: '/v2/rerank',
    headers: { 'content-length': 3_950_000 },
    sent: ' '.repeat(3_900_000),
  },
  'stopped at 3.9 MB, signs of two bytes': {
    path: '/v2/rerank',
    headers: { 'content-length': 3_950_000 },
    sent: `{"query":"${'é☃'.repeat(780_000)}`,
  },
  'gzip of 3.9 MB without its end': compressed(Buffer.alloc(3_900_000, ' '), 8),
  'gzip of 64 kB parts without its end': compressed(Buffer.from(whole), 8),
  'gzip that inflates to 8 MB': compressed(Buffer.alloc(8_000_000, ' '), 0),
  'whole, 4 MB': plain('/v2/rerank', whole),
  'whole, 4 MB, given back': plain(
    '/v1/rerank',
    JSON.stringify({ query: 'a buffer', documents: texts, return_documents: true }),
  ),
  'whole, one word of 4 MB': plain('/v2/rerank', LARGE['one word of 4 MB']!.body),
  'refused: nested': plain('/v2/rerank', LARGE['nesting of megabytes']!.body),
  'refused: for no path': plain('/nowhere', whole),
}

/**
 * @param patience ms after which a client that got no answer resets its connection
 * @returns how often each status was answered; 0 for no answer
 */
export async function sendTogether(
  port: number,
  { path, headers, sent }: Together,
  count: number,
  patience: number,
): Promise<ReadonlyMap<number, number>> {
  const statuses = new Map<number, number>()
  const one = async () => {
    const { socket, ended } = rawClient(port)
    socket.write(head(path, { ...headers, connection: 'close' }))
    socket.write(sent)
    const cut = sleep(patience, undefined, { ref: false }).then(() => socket.resetAndDestroy())
    const status = statusOf(await Promise.race([ended, cut.then(() => '')])) || 0
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
  }
  await Promise.all(Array.from({ length: count }, one))
  return statuses
}

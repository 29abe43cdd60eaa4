// A server with the part of the hub's protocol that a download needs. It can be made to fail: to break
// connections, to hang, to send other bytes, or to require a token.
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface HubRepository {
  readonly name: string
  readonly commit: string
  readonly files: Readonly<Record<string, Uint8Array | string>>
}

export interface Misbehaviour {
  /** a connection breaks after this many bytes of a file */
  breakAfter?: number | undefined
  /** files are announced and begun, then nothing follows */
  silent?: boolean | undefined
  /** no request is answered */
  dead?: boolean | undefined
  /** another file of the same size is sent */
  forged?: boolean | undefined
  /** every second request gets a 503 */
  busy?: boolean | undefined
  token?: string | undefined
}

export interface HubServer {
  readonly endpoint: string
  readonly misbehaviour: Misbehaviour
  /** "GET path range" of all requests */
  readonly requests: string[]
  close(): Promise<void>
}

/** Files of this size and more are "LFS", identified by SHA-256. */
const LARGE = 1000

/** Starts it on a free local port. */
export async function startHub(repositories: readonly HubRepository[]): Promise<HubServer> {
  const misbehaviour: Misbehaviour = {}
  const requests: string[] = []
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url} ${request.headers.range ?? ''}`.trim())
    answer(request, response, repositories, misbehaviour, requests.length)
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    misbehaviour,
    requests,
    close: () =>
      new Promise((closed) => {
        server.closeAllConnections()
        server.close(() => closed())
      }),
  }
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  repositories: readonly HubRepository[],
  misbehaviour: Misbehaviour,
  count: number,
): void {
  const { dead, token, busy } = misbehaviour
  if (dead) return
  const found = find(new URL(request.url!, 'http://hub').pathname, repositories)
  if (token && request.headers.authorization !== `Bearer ${token}`)
    say(response, 401, { error: 'Invalid username or password.' })
  else if (busy && count % 2 === 1) say(response, 503, { error: 'Overloaded' })
  else if (found === undefined) say(response, 404, { error: 'Repository or revision not found' })
  else if (found instanceof Uint8Array) sendFile(request, response, Buffer.from(found), misbehaviour)
  else say(response, 200, found)
}

function say(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(value))
}

/** The answer for a path: the bytes of a file, or the JSON of the API. */
function find(path: string, repositories: readonly HubRepository[]): Uint8Array | object | undefined {
  const [, api, kind, revision] = /^\/api\/models\/(.+)\/(revision|tree)\/([^/]+)$/.exec(path) ?? []
  const [, name, at, file] = /^\/(.+)\/resolve\/([^/]+)\/(.+)$/.exec(path) ?? []
  const repository = repositories.find((one) => one.name === (api ?? name))
  if (repository === undefined || !['main', repository.commit].includes((revision ?? at)!)) return undefined
  const { commit, files } = repository
  if (kind === 'revision') return { _id: '1', id: api, sha: commit, lastModified: 0 }
  if (kind === 'tree') return Object.entries(files).map(([path, bytes]) => entry(path, bytes))
  const bytes = files[file!]
  return bytes === undefined ? undefined : Buffer.from(bytes)
}

function entry(path: string, content: Uint8Array | string) {
  const bytes = Buffer.from(content)
  const oid = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const size = bytes.length
  return {
    type: 'file',
    path,
    size,
    oid,
    ...(size >= LARGE && { lfs: { oid: sha256, size, pointerSize: 130 } }),
  }
}

function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  bytes: Buffer,
  { breakAfter, silent, forged }: Misbehaviour,
): void {
  const [, from = '0', to = ''] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? []
  const end = to === '' ? bytes.length : Math.min(bytes.length, Number(to) + 1)
  const part = forged ? Buffer.alloc(end - Number(from)) : bytes.subarray(Number(from), end)
  const range = request.headers.range !== undefined
  response.writeHead(range ? 206 : 200, {
    etag: '"some"',
    'content-length': part.length,
    'accept-ranges': 'bytes',
    ...(range && { 'content-range': `bytes ${from}-${end - 1}/${bytes.length}` }),
  })
  if (silent && part.length > 1) response.write(part.subarray(0, 1))
  else if (breakAfter !== undefined && part.length > breakAfter)
    response.write(part.subarray(0, breakAfter), () => setTimeout(() => response.destroy(), 20))
  else response.end(part)
}

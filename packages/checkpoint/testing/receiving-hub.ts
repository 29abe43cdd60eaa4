// A server that receives uploads, as the hub does: it decides which files are large, receives those by their
// hash, then a commit that names them. It can break connections and require a token.
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ReceivingHub {
  readonly endpoint: string
  /** files by "owner/name", as of the last commit */
  readonly repositories: ReadonlyMap<string, ReadonlyMap<string, Buffer>>
  /** connections of uploads break */
  broken: boolean
  close(): Promise<void>
}

/** Files of this size and more are "LFS". */
const LARGE = 1000

/** Starts it on a free local port. */
export async function startReceivingHub(token: string): Promise<ReceivingHub> {
  const repositories = new Map<string, Map<string, Buffer>>()
  const objects = new Map<string, Buffer>()
  const state = { broken: false }

  async function answer(request: IncomingMessage): Promise<{ status: number; body?: object } | 'break'> {
    const path = request.url!
    const body = await bodyOf(request)
    const [, put] = /^\/objects\/([0-9a-f]{64})$/.exec(path) ?? []
    if (put !== undefined) {
      if (state.broken) return 'break'
      if (createHash('sha256').update(body).digest('hex') !== put) return { status: 422 }
      objects.set(put, body)
      return { status: 200 }
    }
    if (request.headers.authorization !== `Bearer ${token}`)
      return { status: 401, body: { error: 'Invalid username or password.' } }
    if (path === '/api/repos/create') {
      const { organization, name } = JSON.parse(body.toString())
      const repository = `${organization}/${name}`
      if (repositories.has(repository))
        return { status: 409, body: { error: 'You already created this repo' } }
      repositories.set(repository, new Map())
      return { status: 200, body: { url: `${endpoint}/${repository}`, id: repository } }
    }
    const [, asked, kind] = /^\/api\/models\/(.+)\/(preupload|commit)\/main$/.exec(path) ?? []
    if (kind === 'preupload') {
      const { files } = JSON.parse(body.toString()) as { files: { path: string; size: number }[] }
      const modes = files.map(({ path, size }) => ({
        path,
        uploadMode: size >= LARGE ? 'lfs' : 'regular',
        shouldIgnore: false,
      }))
      return { status: 200, body: { files: modes } }
    }
    if (path.endsWith('.git/info/lfs/objects/batch')) {
      const { objects: wanted } = JSON.parse(body.toString()) as { objects: { oid: string; size: number }[] }
      const actions = wanted.map((one) => ({
        ...one,
        ...(objects.has(one.oid) ? {} : { actions: { upload: { href: `${endpoint}/objects/${one.oid}` } } }),
      }))
      return { status: 200, body: { transfer: 'basic', objects: actions } }
    }
    if (kind === 'commit') return commit(asked!, body.toString())
    return { status: 404, body: { error: 'Not found' } }
  }

  function commit(name: string, lines: string) {
    const found = repositories.get(name)
    if (found === undefined) return { status: 404, body: { error: 'Repository not found' } }
    for (const line of lines.split('\n').filter(Boolean)) {
      const { key, value } = JSON.parse(line)
      if (key === 'file') found.set(value.path, Buffer.from(value.content, value.encoding))
      if (key === 'lfsFile') {
        const bytes = objects.get(value.oid)
        if (bytes === undefined) return { status: 400, body: { error: `${value.path} was not uploaded` } }
        found.set(value.path, bytes)
      }
    }
    const commitOid = 'c0ffee'.padEnd(40, '0')
    return {
      status: 200,
      body: {
        success: true,
        commitOid,
        commitUrl: `${endpoint}/${name}/commit/${commitOid}`,
        hookOutput: '',
      },
    }
  }

  const server = createServer(async (request, response) => {
    const answered = await answer(request)
    if (answered === 'break') return response.destroy()
    response.writeHead(answered.status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(answered.body ?? {}))
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return Object.assign(state, {
    endpoint,
    repositories,
    close: () =>
      new Promise<void>((closed) => {
        server.closeAllConnections()
        server.close(() => closed())
      }),
  })
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

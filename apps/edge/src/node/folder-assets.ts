// A folder as the static assets of a Worker: an implementation of Cloudflare's binding for Node.
import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { extname, join, resolve, sep } from 'node:path'
import type { Assets } from '../models/assets-and-bucket.ts'

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
}

/** @param folder made by the command `bundle`; no file outside of it is served */
export function folderAssets(folder: string): Assets {
  const home = resolve(folder)
  const find = async (path: string) => {
    const file = resolve(home, `.${path === '/' ? '/index.html' : path}`)
    if (!file.startsWith(home + sep)) return undefined
    const found = await stat(file).catch(() => undefined)
    return found?.isFile() ? { file, found } : undefined
  }
  return {
    async fetch(request) {
      const asked = await find(decoded(new URL(request.url).pathname))
      if (asked === undefined) return new Response('Not found', { status: 404 })
      const { file, found } = asked
      const etag = `"${createHash('sha256').update(`${found.size} ${found.mtimeMs}`).digest('hex').slice(0, 32)}"`
      const headers = { etag, 'cache-control': 'public, max-age=0, must-revalidate' }
      if (request.headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers })
      const type = TYPES[extname(file)] ?? 'application/octet-stream'
      return new Response(await readFile(file), { headers: { ...headers, 'content-type': type } })
    },
  }
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

/** Whether a folder was made by the command `bundle`, or is a bundle alone. */
export async function isFile(folder: string, name: string): Promise<boolean> {
  return (await stat(join(folder, name)).catch(() => undefined))?.isFile() ?? false
}

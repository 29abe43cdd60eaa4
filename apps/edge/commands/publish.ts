// `npm run publish-model --workspace @disranker/edge -- <bundle folder>`: puts a bundle into the R2 bucket and then points
// the bucket's models.json at it; Workers follow within a minute. --current <version> only moves the pointer: a rollback.
// --local does it all in this machine's own copy of the bucket, for a trial with `npx wrangler dev`.
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { wrangler } from './wrangler.ts'

type Index = Record<
  string,
  { current: string; since?: string; versions: Record<string, { source: 'assets' | 'r2' }> }
>

const USAGE = `publish-model: npm run publish-model --workspace @disranker/edge -- <bundle folder>
  --id <name>          what clients ask for the model by; default "disranker"
  --bucket <name>      default "disranker-models"
  --current <version>  instead of a folder: serve this version, which was published before
  --local              in this machine's own copy of the bucket
  --persist-to <dir>   where that copy lies`

function publish(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      id: { type: 'string', default: 'disranker' },
      bucket: { type: 'string', default: 'disranker-models' },
      current: { type: 'string' },
      local: { type: 'boolean', default: false },
      'persist-to': { type: 'string' },
    },
  })
  const { id, bucket, current } = values
  // npm runs this in apps/edge; the user's own folder is elsewhere
  const folder = positionals[0] && resolve(process.env.INIT_CWD ?? '', positionals[0])
  if ((folder === undefined) === (current === undefined))
    throw new Error(`wants a folder or --current.\n${USAGE}`)
  const persist = values['persist-to'] === undefined ? [] : ['--persist-to', values['persist-to']]
  const where = [values.local ? '--local' : '--remote', ...persist]
  const work = mkdtempSync(join(tmpdir(), 'publish-'))
  try {
    const put = (key: string, file: string) => {
      const { status, stderr, stdout } = wrangler(
        ['r2', 'object', 'put', `${bucket}/${key}`, '--file', file, ...where],
        'pipe',
      )
      if (status !== 0) throw new Error(`${key} could not be put into ${bucket}:\n${stderr || stdout}`)
      console.log(`publish-model: ${key}`)
    }
    const index = readIndex(bucket, where, join(work, 'old.json'))
    const versions = index[id]?.versions ?? {}
    const version = folder === undefined ? current! : putBundle(folder, id, put)
    if (folder !== undefined) versions[version] = { source: 'r2' }
    else if (versions[version] === undefined)
      throw new Error(
        `${id} has no version ${version}; there are: ${Object.keys(versions).join(', ') || 'none'}.`,
      )
    index[id] = { current: version, since: new Date().toISOString(), versions }
    writeFileSync(join(work, 'models.json'), JSON.stringify(index, null, 2))
    // last, so that it never points at what is not there yet
    put('models.json', join(work, 'models.json'))
    console.log(`publish-model: ${id} is version ${version}; Workers follow within a minute.`)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** The bucket's models.json; empty where there is none yet. */
function readIndex(bucket: string, where: readonly string[], file: string): Index {
  const { status, stderr, stdout } = wrangler(
    ['r2', 'object', 'get', `${bucket}/models.json`, '--file', file, ...where],
    'pipe',
  )
  if (status === 0) return JSON.parse(readFileSync(file, 'utf8'))
  if (/specified key does not exist|not found/i.test(stderr + stdout)) return {}
  throw new Error(`models.json of ${bucket} could not be read:\n${stderr || stdout}`)
}

/** @returns the version that the bundle is */
function putBundle(folder: string, id: string, put: (key: string, file: string) => void): string {
  const sum = (name: string) =>
    createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex')
  const { files } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as {
    files: Record<string, { sha256: string }>
  }
  for (const [name, { sha256 }] of Object.entries(files))
    if (sum(name) !== sha256)
      throw new Error(`${join(folder, name)} is not what its manifest says. Make the bundle again.`)
  const version = sum('manifest.json').slice(0, 12)
  for (const name of [...Object.keys(files), 'manifest.json'])
    put(`models/${id}/${version}/${name}`, join(folder, name))
  return version
}

try {
  publish()
} catch (error) {
  console.error(`publish-model: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
}

// `npm run publish-model --workspace @disranker/edge -- <bundle folder>`: puts a bundle into the R2 bucket and then points
// the bucket's models.json at it; Workers follow within a minute. --current <version> only moves the pointer: a rollback.
// --local does it all in this machine's own copy of the bucket, for a trial with `npx wrangler dev`.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { MODEL_ID, type ModelsFile } from '../src/models/models-file.ts'
import { changeIndex, readModels } from './models-index.ts'
import { withObject } from './r2-bucket.ts'
import { wrangler } from './wrangler.ts'

const USAGE = `publish-model: npm run publish-model --workspace @disranker/edge -- <bundle folder>
  --id <name>          what clients ask for the model by; default "disranker"
  --bucket <name>      default "disranker-models"
  --current <version>  instead of a folder: serve this version, which was published before
  --local              in this machine's own copy of the bucket
  --persist-to <dir>   where that copy lies`

async function publish(): Promise<void> {
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
  if (!MODEL_ID.test(id))
    throw new Error(`--id is "${id}": wanted 1 to 64 letters, digits, ".", "_" or "-". Nothing was written.`)
  const { local, 'persist-to': persistTo } = values
  const where = { bucket, local, persistTo }
  const words = [
    local ? '--local' : '--remote',
    ...(persistTo === undefined ? [] : ['--persist-to', persistTo]),
  ]
  const put = (key: string, file: string) => {
    const { status, stderr, stdout } = wrangler(
      ['r2', 'object', 'put', `${bucket}/${key}`, '--file', file, ...words],
      'pipe',
    )
    if (status !== 0) throw new Error(`${key} could not be put into ${bucket}:\n${stderr || stdout}`)
    console.log(`publish-model: ${key}`)
  }
  await withObject(where, 'models.json', async (index) => {
    // one that nobody could read is found before anything is written
    readModels((await index.read())?.text)
    const version = folder === undefined ? current! : putBundle(folder, id, put)
    // last, so that it never points at what is not there yet
    await changeIndex(index, (models) => pointed(models, id, version, folder !== undefined))
    console.log(`publish-model: ${id} is version ${version}; Workers follow within a minute.`)
  })
}

/** @param added whether the version is new in the bucket */
function pointed(models: ModelsFile, id: string, version: string, added: boolean): ModelsFile {
  const versions = { ...models[id]?.versions, ...(added && { [version]: { source: 'r2' as const } }) }
  if (versions[version] === undefined)
    throw new Error(
      `${id} has no version ${version}; there are: ${Object.keys(versions).join(', ') || 'none'}.`,
    )
  return { ...models, [id]: { current: version, since: new Date().toISOString(), versions } }
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
  await publish()
} catch (error) {
  console.error(`publish-model: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
}

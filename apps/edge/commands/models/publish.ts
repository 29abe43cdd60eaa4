// `npm run publish-model --workspace @disranker/edge -- <bundle folder>`: uploads a bundle to the R2 bucket
// and then points the bucket's models.json to it; Workers follow within a minute. --current <version> only
// moves the pointer: a rollback. --local does all of it in the local copy of the bucket, for a trial with
// `npx wrangler dev`.
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { MODEL_ID } from '../../src/models/models-file.ts'
import { movePointer, publishBundle } from './publish-bundle.ts'
import { withBucket } from './r2-bucket.ts'

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
  await withBucket({ bucket, local, persistTo }, async ({ index, put }) => {
    const putAndSay = async (key: string, file: string) => {
      await put(key, file)
      console.log(`publish-model: ${key}`)
    }
    const version =
      folder === undefined ? current! : await publishBundle({ folder, id, put: putAndSay, index })
    if (folder === undefined) await movePointer(index, id, version)
    console.log(`publish-model: ${id} is version ${version}; Workers follow within a minute.`)
  })
}

try {
  await publish()
} catch (error) {
  console.error(`publish-model: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
}

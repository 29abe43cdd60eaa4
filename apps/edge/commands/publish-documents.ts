// `npm run publish-documents -- <documents.jsonl>`: puts documents into a KV namespace, an R2 bucket or a D1 database, so that requests
// name them by their ids: { "id": "d7" } in the place of a text. A line is { id, text } or { id, title, summary }; other fields
// stay where they are. A document that is there already is replaced; --remove takes those of the file away. With --vectors each gets
// the vector that the sentence encoder of a bundle makes of it.
import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { openEncoders } from './document-encoders.ts'
import { type DocumentLine, documentLines } from './document-lines.ts'
import { documentWriter, STORES, type StoreKind } from './document-writer.ts'

const USAGE = `publish-documents: npm run publish-documents -- <documents.jsonl>
  --kv <id>            into the KV namespace of this id
  --r2 <bucket>        into this R2 bucket
  --d1 <id>            into the D1 database of this id
  --vectors <bundle>   with a vector each, by the sentence encoder of this bundle folder
  --remove             take the documents of the file away
  --local              in this machine's own copy
  --persist-to <dir>   where that copy lies`

/** documents that are written at a time */
const AT_ONCE = 500

async function publish(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      kv: { type: 'string' },
      r2: { type: 'string' },
      d1: { type: 'string' },
      vectors: { type: 'string' },
      remove: { type: 'boolean', default: false },
      local: { type: 'boolean', default: false },
      'persist-to': { type: 'string' },
    },
  })
  const kinds = (Object.keys(STORES) as StoreKind[]).filter((kind) => values[kind] !== undefined)
  const [kind] = kinds
  if (positionals.length !== 1 || kinds.length !== 1 || kind === undefined)
    throw new Error(`wants one file and one of --kv, --r2 and --d1.\n${USAGE}`)
  // npm runs this in apps/edge; the user's own folder is elsewhere
  const here = process.env.INIT_CWD ?? ''
  const file = resolve(here, positionals[0]!)
  // one line that is wrong is found before anything is written
  const count = await each(file, async () => {})
  const encoder =
    values.vectors === undefined || values.remove
      ? undefined
      : await openEncoders(resolve(here, values.vectors))
  // wrangler takes seconds to load, and a wrong file none to refuse
  const { withBindings } = await import('./platform.ts')
  const place = { local: values.local, persistTo: values['persist-to'] }
  await withBindings(STORES[kind](values[kind]!), place, async (env) => {
    const writer = documentWriter(kind, env.DOCUMENTS)
    await writer.prepare()
    const put = async (documents: readonly DocumentLine[]) =>
      writer.put(encoder === undefined ? documents : await encoder.withVectors(documents))
    await each(file, values.remove ? writer.remove : put, (done) =>
      console.log(`publish-documents: ${done} of ${count}`),
    )
  }).finally(() => encoder?.close())
  const done = values.remove ? 'were taken away' : 'are published'
  console.log(
    `publish-documents: ${count} documents ${done}; Workers with the binding DOCUMENTS follow within a minute.`,
  )
}

/** @returns how many documents the file has @throws {Error} a line is no document, by its number */
async function each(
  file: string,
  work: (documents: readonly DocumentLine[]) => Promise<void>,
  told: (done: number) => void = () => {},
): Promise<number> {
  const lines = createInterface({
    input: createReadStream(file, 'utf8'),
    crlfDelay: Number.POSITIVE_INFINITY,
  })
  let done = 0
  for await (const documents of documentLines(lines, file, AT_ONCE)) {
    await work(documents)
    const before = done
    done += documents.length
    if (Math.floor(done / 10_000) > Math.floor(before / 10_000)) told(done)
  }
  if (done === 0) throw new Error(`${file} has no documents: wanted lines like {"id":"d7","text":"..."}.`)
  return done
}

try {
  await publish()
} catch (error) {
  console.error(`publish-documents: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
}

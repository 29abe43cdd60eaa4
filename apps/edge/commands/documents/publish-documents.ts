// `npm run publish-documents -- <documents.jsonl>`: writes documents to a KV namespace, an R2 bucket, a D1
// database or a SQLite file, so that requests can name them by id: { "id": "d7" } instead of a text. A line
// is { id, text } or { id, title, summary }; other fields are ignored. An existing document is replaced;
// --remove deletes those of the file. With --vectors each gets its vector from the sentence encoder of a
// bundle.
import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { sqliteDocuments } from '../../src/node/sqlite-documents.ts'
import { openEncoders } from './document-encoders.ts'
import { type DocumentLine, documentLines } from './document-lines.ts'
import { type DocumentWriter, documentWriter, STORES, type StoreKind } from './document-writer.ts'

const USAGE = `publish-documents: npm run publish-documents -- <documents.jsonl>
  --kv <id>            into the KV namespace of this id
  --r2 <bucket>        into this R2 bucket
  --d1 <id>            into the D1 database of this id
  --sqlite <file>      into this file, for the Node server (DOCUMENTS_FILE)
  --vectors <bundle>   with a vector each, by the sentence encoder of this bundle folder
  --remove             take the documents of the file away
  --local              in this machine's own copy
  --persist-to <dir>   where that copy lies`

const KINDS = Object.keys(STORES) as StoreKind[]

/** documents in one batch */
const AT_ONCE = 500

async function publish(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      kv: { type: 'string' },
      r2: { type: 'string' },
      d1: { type: 'string' },
      sqlite: { type: 'string' },
      vectors: { type: 'string' },
      remove: { type: 'boolean', default: false },
      local: { type: 'boolean', default: false },
      'persist-to': { type: 'string' },
    },
  })
  const stores = ([...KINDS, 'sqlite'] as const).filter((kind) => values[kind] !== undefined)
  const [store] = stores
  if (positionals.length !== 1 || stores.length !== 1 || store === undefined)
    throw new Error(`wants one file and one of --kv, --r2, --d1 and --sqlite.\n${USAGE}`)
  // npm runs this in apps/edge; the user's own folder is elsewhere
  const here = process.env.INIT_CWD ?? ''
  const file = resolve(here, positionals[0]!)
  // a wrong line is found before anything is written
  const count = await each(file, async () => {})
  const encoder =
    values.vectors === undefined || values.remove
      ? undefined
      : await openEncoders(resolve(here, values.vectors))
  async function into(writer: DocumentWriter): Promise<void> {
    await writer.prepare()
    const put = async (documents: readonly DocumentLine[]) =>
      writer.put(encoder === undefined ? documents : await encoder.withVectors(documents))
    await each(file, values.remove ? writer.remove : put, (done) =>
      console.log(`publish-documents: ${done} of ${count}`),
    )
  }
  try {
    if (store === 'sqlite') {
      const database = await sqliteDocuments(resolve(here, values.sqlite!), { write: true })
      await into(documentWriter('d1', database)).finally(() => database.close())
    } else {
      // wrangler takes seconds to load, so a wrong file is refused before
      const { openWriter } = await import('./open-writer.ts')
      const place = { local: values.local, persistTo: values['persist-to'] }
      const writer = await openWriter({ kind: store, name: values[store]!, ...place })
      await into(writer).finally(writer.close)
    }
  } finally {
    await encoder?.close()
  }
  const done = values.remove ? 'were taken away' : 'are published'
  console.log(`publish-documents: ${count} documents ${done}; servers that read them follow within a minute.`)
}

/** @returns number of documents in the file @throws {Error} naming the line that is no document */
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

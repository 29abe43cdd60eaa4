// Opens a store of documents for writing: a local copy, or the one of the account. A Worker with the store as
// its binding writes.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { home, OFFLINE, quietDev } from '../wrangler.ts'
import { type DocumentWriter, STORES, type StoreKind } from './document-writer.ts'

export interface WrittenStore {
  readonly kind: StoreKind
  /** id of the namespace or the database, or name of the bucket */
  readonly name: string
  /** in the local copy */
  readonly local: boolean
  /** folder of that copy; by default that of `wrangler dev` in apps/edge */
  readonly persistTo?: string | undefined
}

export interface OpenedWriter extends DocumentWriter {
  close(): Promise<void>
}

/** @throws {Error} the store cannot be reached; so do the writer's functions */
export async function openWriter({
  kind,
  name,
  local,
  persistTo = join(home, '.wrangler', 'state'),
}: WrittenStore): Promise<OpenedWriter> {
  Object.assign(process.env, { ...OFFLINE, ...process.env })
  const { unstable_startWorker } = await import('wrangler')
  const token = crypto.randomUUID()
  const folder = mkdtempSync(join(tmpdir(), 'publish-'))
  const config = join(folder, 'wrangler.json')
  const main = fileURLToPath(new URL('writing-worker.ts', import.meta.url))
  writeFileSync(config, JSON.stringify({ name: 'publish-documents', main, compatibility_date: '2026-11-01' }))
  const started = unstable_startWorker({
    config,
    envFiles: ['.env.none'],
    bindings: {
      DOCUMENTS: { ...STORES[kind](name), ...(!local && { remote: true }) },
      KIND: { type: 'plain_text', value: kind },
      TOKEN: { type: 'plain_text', value: token },
    },
    dev: quietDev(persistTo),
  })
  const removeFolder = () => rmSync(folder, { recursive: true, force: true })
  // wrangler's own message is "an error occurred"; the reason is its cause
  const worker = await started.catch(({ message, cause }: Error) => {
    removeFolder()
    throw new Error(`${name} cannot be reached: ${(cause as Error | undefined)?.message ?? message}`, {
      cause,
    })
  })
  await worker.ready
  const { origin } = await worker.url
  const ask = async (work: keyof DocumentWriter, documents: readonly object[]) => {
    const send = () =>
      fetch(`${origin}/${work}`, {
        method: 'POST',
        headers: { authorization: token },
        body: JSON.stringify(documents),
      })
    // an idle connection may just have been closed; writing the same again changes nothing
    const answer = await send().catch(send)
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${name} was not written: ${text || `${answer.status}`}`)
  }
  return {
    prepare: () => ask('prepare', []),
    put: (documents) => ask('put', documents),
    remove: (documents) => ask('remove', documents),
    close: () => worker.dispose().finally(removeFolder),
  }
}

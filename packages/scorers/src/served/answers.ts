// Answers of servers, kept until somebody deletes them, so that no answer is paid for twice. An answer is
// identified by its content: the request (API, address, model, prompt, more fields) and the texts of the
// pair. Weights, names, other teachers and the other documents are not part of it.
//   <folder>/<api>-<identity>.jsonl    a line that describes the server, then lines [key of the texts, score]

import { createHash } from 'node:crypto'
import { closeSync, existsSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { type TextPair, textOf } from '../scorer.ts'
import { requestsOf } from './served-scorer.ts'
import type { Answers, Requested } from './server.ts'

/** The source of the answers: a server at an address, or a batch. */
type Asked = Requested & { readonly url?: string }

const hash = (value: unknown, length: number) =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, length)

const keyOf = ({ query, document }: TextPair) => hash([query, textOf(document)], 32)

/**
 * Opens the answers of a teacher, or starts without any. A truncated last line is ignored, and requested
 * again.
 */
export function openAnswers(folder: string, asked: Asked): Answers {
  const { api, model, url } = asked
  // the whole request except the texts: model, prompt, templates, kind of score
  const bare = requestsOf(asked, [{ query: '', document: { title: '', summary: '' } }])[0]!.body()
  const file = join(folder, `${api}-${hash([api, url, bare], 16)}.jsonl`)
  const bytes = existsSync(file) ? readFileSync(file) : Buffer.alloc(0)
  const whole = bytes.lastIndexOf('\n') + 1
  const [, ...lines] = bytes.subarray(0, whole).toString('utf8').split('\n').slice(0, -1)
  const known = new Map(lines.map((line) => JSON.parse(line) as [string, number]))
  let handle: number | undefined
  const begin = () => {
    mkdirSync(folder, { recursive: true })
    const opened = openSync(file, 'a')
    ftruncateSync(opened, whole)
    if (whole === 0) writeSync(opened, `${JSON.stringify({ api, model })}\n`)
    return opened
  }
  return {
    get: (pair) => known.get(keyOf(pair)),
    put(pairs, scores) {
      const rows = pairs.map((pair, at) => [keyOf(pair), scores[at]!] as const)
      handle ??= begin()
      writeSync(handle, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
      for (const [key, score] of rows) known.set(key, score)
    },
    close() {
      if (handle !== undefined) closeSync(handle)
      handle = undefined
    },
  }
}

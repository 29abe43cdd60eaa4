// Answers that have come from a server, kept until somebody deletes them: what was paid for is not paid for again, whatever changes
// around it. An answer is known by its content: who was asked (API, address, model, prompt, more fields of the request) and the texts of the
// pair. Weights, names, other teachers and the other documents take no part.
//   <folder>/<api>-<identity>.jsonl    a line that says who was asked, then [key of the texts, raw score] a line

import { createHash } from 'node:crypto'
import { closeSync, existsSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { type TextPair, textOf } from '../scorer.ts'
import { requestsOf } from './served-scorer.ts'
import type { Answers, Requested } from './server.ts'

/** Who answers: at an address, or in a batch. */
type Asked = Requested & { readonly url?: string }

const hash = (value: unknown, length: number) =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, length)

const keyOf = ({ query, document }: TextPair) => hash([query, textOf(document)], 32)

/** Opens the answers of a teacher, or begins with none. A last line that a kill cut is forgotten, and asked for again. */
export function openAnswers(folder: string, asked: Asked): Answers {
  const { api, model, url } = asked
  // all that a request says but the texts: model, prompt, templates, what kind of score
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

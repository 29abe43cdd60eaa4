// A synthetic corpus in the form of a user's files: things of some kind, colour and place. A query names two
// of the three, with another word for the kind, so a ranker has something to learn beyond equal words.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const kinds = [
  ['lamp', 'light'],
  ['chair', 'seat'],
  ['knife', 'blade'],
  ['boat', 'vessel'],
  ['coat', 'jacket'],
  ['clock', 'timer'],
] as const
const colours = ['red', 'green', 'blue', 'white', 'black'] as const
const places = ['kitchen', 'harbour', 'garden', 'office'] as const

export interface TinyDocument {
  readonly id: string
  readonly title: string
  readonly summary: string
}

/** 120 documents: every kind in every colour for every place. */
export const documents: readonly TinyDocument[] = kinds.flatMap(([kind], k) =>
  colours.flatMap((colour, c) =>
    places.map((place, p) => ({
      id: `${k}${c}${p}`,
      title: `${colour} ${kind}`,
      summary: `A ${colour} ${kind} made for the ${place}, number ${k}${c}${p}.`,
    })),
  ),
)

/** 72 queries with their judgements: 3 for the thing meant, 1 for the same kind and colour elsewhere. */
export const queries = kinds.flatMap(([kind, synonym], k) =>
  places.flatMap((place, p) =>
    [0, 2, 4].map((c, i) => ({
      id: `q${k}${c}${p}`,
      text: `${colours[c]} ${(k + p + i) % 2 === 0 ? synonym : kind} for a ${place}`,
      // the split goes by place and colour, so that no query text stands in two
      split: (p === 0 ? 'test' : p === 1 ? 'validation' : 'train') as 'train' | 'validation' | 'test',
      judgements: new Map(places.map((_, q) => [`${k}${c}${q}`, q === p ? 3 : 1])),
    })),
  ),
)

/** Writes documents.jsonl, queries.jsonl, qrels.txt and clicks.jsonl (four sessions a train query, one click each). */
export function writeCorpus(folder: string): void {
  mkdirSync(folder, { recursive: true })
  const lines = (file: string, rows: readonly unknown[]) =>
    writeFileSync(join(folder, file), rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  lines('documents.jsonl', documents)
  lines(
    'queries.jsonl',
    queries.map(({ id, text, split }) => ({ id, text, split })),
  )
  const qrels = queries.flatMap(({ id, judgements }) =>
    [...judgements].map(([document, grade]) => `${id} 0 ${document} ${grade}\n`),
  )
  writeFileSync(join(folder, 'qrels.txt'), qrels.join(''))
  const train = queries.filter(({ split }) => split === 'train')
  lines(
    'clicks.jsonl',
    train.flatMap(({ id, text, judgements }, q) =>
      Array.from({ length: 4 }, (_, session) =>
        [...judgements].map(([document, grade], position) => ({
          timestamp: `2025-01-0${1 + session}T00:00:00Z`,
          session_id: `${id}-${session}`,
          query: text,
          doc_id: document,
          position: ((position + session + q) % judgements.size) + 1,
          clicked: grade === 3,
          dwell_ms: 40_000,
        })),
      ).flat(),
    ),
  )
}

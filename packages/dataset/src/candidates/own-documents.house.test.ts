// A query that is a document does not find itself, whatever finds documents; what people judged, and names, stay.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { documents, home, lines, run, useShop, write } from '../../testing/shop.ts'

useShop()

const long = (subject: string) =>
  `everything that was ever written about the ${subject} and those who made it`
const TEXTS = documents.map((row) => ({ ...row, summary: `${long(row.title)}, in ${row.summary}` }))
/** an argument, as ArguAna has them: the text of a document, with the document's id */
const arguments_ = [0, 2, 4].map((n) => ({
  id: TEXTS[n]!.id,
  text: `${TEXTS[n]!.title} ${TEXTS[n]!.summary}`.toUpperCase(),
  split: (['train', 'validation', 'test'] as const)[n / 2]!,
}))
const others = [
  { id: 'part', text: long(TEXTS[6]!.title), split: 'test' },
  { id: TEXTS[8]!.id, text: long(TEXTS[8]!.title), split: 'test' },
  { id: 'name', text: TEXTS[10]!.title, split: 'test' },
  { id: 'judged', text: TEXTS[12]!.summary, split: 'test' },
]
/** what the opposite of a document is */
const answers = [...arguments_, ...others].map(({ id }, n) => [
  id,
  id === 'judged' ? TEXTS[12]!.id : TEXTS[2 * n + 1]!.id,
])

it.each(['bm25', 'an imported run'])('with %s', async (first) => {
  write('documents.jsonl', lines(TEXTS))
  write('queries.jsonl', lines([...arguments_, ...others]))
  write('qrels.txt', answers.map(([query, document]) => `${query} 0 ${document} 1\n`).join(''))
  if (first !== 'bm25')
    write(
      'run.txt',
      [...arguments_, ...others]
        .flatMap(({ id }) => TEXTS.map((row, n) => `${id} Q0 ${row.id} ${n + 1} ${100 - n} mine\n`))
        .join(''),
    )
  const { metrics } = await run()
  const found = (file: string) =>
    readFileSync(join(home, 'out', file), 'utf8')
      .split('\n')
      .map((line) => line.split(' '))
      .map(([query, , document]) => `${query} ${document}`)
  const all = ['train', 'validation', 'test'].flatMap((split) => found(`candidates.${split}.run`))
  const firsts = ['validation', 'test'].flatMap((split) => found(`first-stage.${split}.run`))
  for (const { id } of arguments_) {
    expect(all.filter((pair) => pair.startsWith(`${id} `)).length).toBeGreaterThan(3)
    expect([...all, ...firsts]).not.toContain(`${id} ${id}`)
  }
  // the same id, and its words within the document's
  expect(firsts).not.toContain(`${TEXTS[8]!.id} ${TEXTS[8]!.id}`)
  // a part of another document, a name, and what people judged to be the answer
  expect(firsts).toContain(`part ${TEXTS[6]!.id}`)
  expect(firsts).toContain(`name ${TEXTS[10]!.id}`)
  expect(firsts).toContain(`judged ${TEXTS[12]!.id}`)
  expect((metrics.notices as string[]).join('\n')).toContain(
    '4 queries are documents themselves, by their text or their id',
  )
})

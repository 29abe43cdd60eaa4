// Every form that a log, a corpus and judgements come in: all leave the same click pairs and judgements.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { CLICK_FORMS } from '../../testing/click-forms.ts'
import {
  clicks,
  csv,
  documents,
  input,
  lines,
  parquet,
  qrels,
  queries,
  read,
  run,
  useShop,
  write,
  writeJudged,
} from '../../testing/shop.ts'
import { SUBJECTS } from '../../testing/subjects.ts'

useShop()

describe('a log as', () => {
  it.each(Object.keys(CLICK_FORMS))('%s', async (form) => {
    write('documents.jsonl', lines(documents))
    writeJudged()
    await CLICK_FORMS[form]!()
    await run()
    const got = read().clicks
    expect(got).toHaveLength(10)
    expect(got.map(({ clicks }) => clicks)).toEqual(Array(10).fill(8))
    expect(got.map(({ document }) => document).sort()).toEqual(SUBJECTS.map((_, n) => String(100 + 2 * n)))
  })

  it('nested columns that the recipe names, in JSON and in Parquet', async () => {
    write('documents.jsonl', lines(documents))
    writeJudged()
    const nested = clicks.map(({ query, doc_id, ...row }) => ({
      ...row,
      search: { text: query },
      hit: { id: doc_id },
    }))
    const columns = { clicks: { query: 'search.text', doc_id: 'hit.id' } }
    write('clicks.jsonl', lines(nested))
    await run({ columns })
    const expected = read().clicks
    expect(expected).toHaveLength(10)
    rmSync(join(input, 'clicks.jsonl'))
    await parquet('clicks.parquet', '*', nested)
    await run({ columns })
    expect(read().clicks).toEqual(expected)
  })

  it('clicks alone, said so', async () => {
    write('documents.jsonl', lines(documents))
    writeJudged()
    write('clicks.csv', csv(clicks.filter(({ clicked }) => clicked).map(({ clicked: _, ...row }) => row)))
    const { metrics } = await run()
    expect(metrics.log).toMatchObject({ clicksOnly: true, clicks: 80 })
    expect((metrics.notices as string[]).join('\n')).toMatch(
      /every row is a click, so documents that were shown and not clicked are unknown/,
    )
    expect(read().clicks).toHaveLength(10)
  })
})

const DOCUMENT_FORMS: Readonly<Record<string, () => void | Promise<void>>> = {
  'documents.csv with line breaks in quotes': () => write('documents.csv', csv(documents)),
  'documents.json.zst': () => write('documents.json.zst', zstdCompressSync(JSON.stringify(documents))),
  'documents.parquet': () => parquet('documents.parquet', '*', documents),
  "BEIR's corpus.jsonl": () =>
    write(
      'corpus.jsonl',
      lines(documents.map(({ id, title, summary }) => ({ _id: id, title, text: summary, metadata: {} }))),
    ),
  "MS MARCO's collection.tsv": () =>
    write(
      'collection.tsv',
      documents.map(({ id, title, summary }) => `${id}\t${title} ${summary.replace('\n', ' ')}\n`).join(''),
    ),
  'titles that are null throughout': () =>
    write(
      'documents.jsonl',
      lines(documents.map(({ id, title, summary }) => ({ id, title: null, summary: `${title} ${summary}` }))),
    ),
  HTML: () =>
    write(
      'documents.jsonl',
      lines(
        documents.map(({ id, title, summary }) => ({
          id,
          title: `<b>${title.replaceAll('"', '&quot;')}</b>`,
          summary: `<p>${summary}</p>`,
        })),
      ),
    ),
}

describe('documents as', () => {
  it.each(Object.keys(DOCUMENT_FORMS))('%s', async (form) => {
    await DOCUMENT_FORMS[form]!()
    writeJudged()
    await run()
    const got = read().documents
    expect(got).toHaveLength(20)
    const { id, title, summary } = got.find(({ id }) => id === '100')!
    expect(id).toBe('100')
    expect(`${title} ${summary}`.trim().replace(/\s+/g, ' ')).toBe(
      'The "apple", history All about the history of every apple; and more.',
    )
  })

  it('of fifty megabytes, cut and said so', async () => {
    await parquet(
      'documents.parquet',
      `* REPLACE (CASE id WHEN '100' THEN repeat(summary || ' ', 1000000) ELSE summary END AS summary)`,
      documents,
    )
    writeJudged()
    const { metrics } = await run()
    expect(metrics.documentFacts).toMatchObject({ cut: 1 })
    expect((metrics.notices as string[]).join('\n')).toMatch(
      /cut 1 documents to 2000 characters of title and 20000 of summary/,
    )
    expect(Math.max(...read().documents.map(({ summary }) => summary.length))).toBe(20_000)
  })
})

describe('judgements as', () => {
  const trec = () => qrels.map(([query, document, grade]) => `${query}\t0\t${document}\t${grade}\n`).join('')
  const beir = (split: string) =>
    `query-id\tcorpus-id\tscore\n${qrels
      .filter(([query]) => queries.find(({ id }) => id === query)!.split === split)
      .map(([query, document, grade]) => `${query}\t${document}\t${grade}\n`)
      .join('')}`
  const bare = queries.map(({ id, text }) => ({ _id: id, text }))

  it.each<readonly [string, () => void]>([
    [
      'TREC by tabs',
      () => {
        write('queries.csv', csv(queries))
        write('qrels.txt', trec())
      },
    ],
    [
      'qrels.tsv',
      () => {
        write('queries.jsonl', lines(queries))
        write('qrels.tsv', trec())
      },
    ],
    [
      'binary grades as 1.0',
      () => {
        write('queries.jsonl', lines(queries))
        write('qrels.txt', trec().replace(/(\d)\n/g, '$1.0\n'))
      },
    ],
    [
      "BEIR's folder, which says the splits",
      () => {
        write('queries.jsonl', lines([...bare, { _id: 'unused', text: 'never judged' }]))
        write('qrels/train.tsv', beir('train'))
        write('qrels/dev.tsv', beir('validation'))
        write('qrels/test.tsv', beir('test'))
      },
    ],
  ])('%s', async (_, prepare) => {
    write('documents.jsonl', lines(documents))
    prepare()
    await run()
    const got = read()
    expect(got.queries.map(({ id, split }) => [id, split]).sort()).toEqual(
      queries.map(({ id, split }) => [id, split]),
    )
    for (const [query, document, grade] of qrels)
      expect([...got.judgements.get(query)!]).toEqual([[document, grade]])
    // without a log, what people judged is what there is to learn from
    expect(got.clicks.map(({ query }) => query)).toEqual(['q0', 'q3'])
  })

  it('queries without a header or a split: half of them validate, half test, once clicks train', async () => {
    write('documents.jsonl', lines(documents))
    write('clicks.jsonl', lines(clicks))
    const many = Array.from(
      { length: 40 },
      (_, n) => [`q${n}`, `${SUBJECTS[n % 10]} of the year ${1900 + n}`] as const,
    )
    write('queries.tsv', many.map((row) => `${row.join('\t')}\n`).join(''))
    write('qrels.txt', many.map(([id], n) => `${id} 0 ${100 + 2 * (n % 10)} 1\n`).join(''))
    await run()
    const got = read()
    const splits = got.queries
      .filter(({ id }) => /^q\d+$/.test(id) && id.length < 4)
      .map(({ split }) => split)
    expect(splits).not.toContain('train')
    expect(splits.filter((split) => split === 'test').length).toBeGreaterThan(10)
    expect(splits.filter((split) => split === 'validation').length).toBeGreaterThan(10)
    expect(got.queries.filter(({ split }) => split === 'train')).toHaveLength(10)
  })
})

// A value that is missing is never taken for a yes, and how many are missing is said.
import { describe, expect, it } from 'vitest'
import {
  type Click,
  clicks,
  csv,
  documents,
  lines,
  queries,
  run,
  useShop,
  write,
  writeJudged,
} from '../../testing/shop.ts'

useShop()

/** every second row that is no click says nothing */
const drop = (row: Click, n: number) => n % 4 === 1 && !row.clicked
const bare = clicks.filter(drop).length
const told = clicks.filter(({ clicked }) => clicked).length
const notices = async (changes = {}) => {
  const { metrics } = await run(changes)
  return { log: metrics.log, said: (metrics.notices as string[]).join('\n') }
}
const prepare = () => {
  write('documents.jsonl', lines(documents))
  writeJudged()
}

describe('clicked', () => {
  it.each<readonly [string, () => void]>([
    [
      'null in JSON',
      () =>
        write(
          'clicks.jsonl',
          lines(clicks.map((row, n) => ({ ...row, clicked: drop(row, n) ? null : row.clicked }))),
        ),
    ],
    [
      'an absent key',
      () =>
        write(
          'clicks.jsonl',
          lines(
            clicks.map(({ clicked, ...row }, n) =>
              drop({ ...row, clicked }, n) ? row : { ...row, clicked },
            ),
          ),
        ),
    ],
    [
      'an empty cell',
      () =>
        write(
          'clicks.csv',
          csv(clicks.map((row, n) => ({ ...row, clicked: drop(row, n) ? '' : row.clicked }))).replaceAll(
            '""',
            '',
          ),
        ),
    ],
    [
      'a quoted empty cell',
      () =>
        write(
          'clicks.csv',
          csv(clicks.map((row, n) => ({ ...row, clicked: drop(row, n) ? '' : row.clicked }))),
        ),
    ],
    [
      'a row that ends early',
      () =>
        write(
          'clicks.csv',
          csv(clicks)
            .split('\n')
            .map((line, n) =>
              n > 0 && clicks[n - 1] && drop(clicks[n - 1]!, n - 1) ? line.replace(/,"false"$/, '') : line,
            )
            .join('\n'),
        ),
    ],
  ])('as %s is no click, and said', async (_, writeLog) => {
    prepare()
    writeLog()
    const { log, said } = await notices()
    expect(bare).toBeGreaterThan(30)
    expect(log).toMatchObject({ rows: clicks.length, clicks: told, clicksOnly: false })
    expect(said).toContain(`${bare} of ${clicks.length} rows have no value for clicked`)
  })

  it('that first comes after thousands of rows counts, as a key of clicked rows alone', async () => {
    prepare()
    const early = Array.from({ length: 6000 }).map((_, n) => {
      const { clicked, ...row } = clicks[n % clicks.length]!
      return { ...row, session_id: `early-${n}-${clicked}` }
    })
    write(
      'clicks.jsonl',
      lines([
        ...early,
        ...clicks.map(({ clicked, ...row }) => (clicked ? { ...row, is_click: clicked } : row)),
      ]),
    )
    const { log } = await notices()
    expect(log).toMatchObject({ rows: 6000 + clicks.length, clicks: told, clicksOnly: false })
  })

  it('without a value in any row is refused', async () => {
    prepare()
    write('clicks.jsonl', lines(clicks.map((row) => ({ ...row, clicked: null }))))
    await expect(run()).rejects.toThrow(
      /has the column "clicked", and no row has a value in it.*remove the column/,
    )
  })
})

it('a stay that is unknown is said', async () => {
  prepare()
  write('clicks.jsonl', lines(clicks.map((row, n) => (n % 3 === 0 ? row : { ...row, dwell_ms: 20_000 }))))
  const without = clicks.filter((row, n) => n % 3 === 0 && row.clicked).length
  expect((await notices()).said).toContain(
    `${without} of ${told} clicks have no dwell_ms, and others have one`,
  )
})

it('a split that is missing where others have one is said', async () => {
  prepare()
  write('clicks.jsonl', lines(clicks))
  write('queries.jsonl', lines(queries.map(({ split, ...row }, n) => (n === 0 ? row : { ...row, split }))))
  expect((await notices()).said).toContain('1 queries have no split, and others have one')
})

it('a rank does not stand in for a missing score', async () => {
  prepare()
  write('clicks.jsonl', lines(clicks))
  const rows = documents.map(({ id }, n) => ({
    query: 'q1',
    doc_id: id,
    rank: n + 1,
    score: n === 3 ? null : 20 - n,
  }))
  write('run.jsonl', lines(rows))
  await expect(run()).rejects.toThrow(
    /run\.jsonl: 1 of 20 rows.*\n {2}line 4: score is missing; wanted a number/,
  )
})

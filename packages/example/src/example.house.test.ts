// The embedded example does not cheat: what is asked about is nowhere in what is searched or learned from.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type Document,
  type Judgements,
  normaliseQuery,
  type Query,
  readLines,
  readQrels,
} from '@disranker/dataset'
import { words } from '@disranker/lexical'
import type { Manifest } from '@disranker/stage'
import { afterAll, beforeAll, expect, it } from 'vitest'
import recipe from '../recipes/example.ts'
import { readCwe, withoutAnswer } from './cwe.ts'
import { example } from './example.ts'
import type { Impression } from './simulate-clicks.ts'

let home: string
let manifest: Manifest
let documents: Document[]
let queries: Query[]
let judgements: Judgements
let clicks: Impression[]
const of = (...splits: string[]) => queries.filter(({ split }) => splits.includes(split))

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'example-'))
  const out = join(home, 'example')
  manifest = await example({ out, recipe })
  documents = [...readLines<Document>(join(out, 'documents.jsonl'))]
  queries = [...readLines<Query>(join(out, 'queries.jsonl'))]
  judgements = readQrels(join(out, 'qrels.txt'))
  clicks = [...readLines<Impression>(join(out, 'clicks.simulated.jsonl'))]
})
afterAll(() => rmSync(home, { recursive: true }))

it('has the sizes its README states', () => {
  expect(manifest.metrics).toEqual({
    documents: 939,
    queries: { train: 1633, validation: 150, test: 260, weak: 8443 },
    simulatedImpressions: 131_891,
  })
})

it('keeps observed examples out of the documents', () => {
  const texts = documents.map(({ title, summary }) => `${title} ${summary}`)
  expect(texts.filter((text) => /CVE-\d/.test(text))).toEqual([])
  // short wordings ("Triple dot") may be names of weaknesses
  const long = of('train', 'validation', 'test').filter(({ text }) => words(text).length >= 6)
  expect(long.length).toBeGreaterThan(1700)
  const lower = texts.map((text) => text.toLowerCase())
  expect(long.filter(({ text }) => lower.some((document) => document.includes(text.toLowerCase())))).toEqual(
    [],
  )
})

it('tells queries neither the number of the weakness nor that there are several', () => {
  for (const { text } of queries) {
    expect(text).not.toMatch(/\bCWE-\d/i)
    expect(text).not.toMatch(/^\s*(chain|composite)(\/\w+)?\s*:/i)
    expect(text.trim()).not.toBe('')
  }
})

it.each([
  ['Chain: integer overflow (CWE-190) leads to overflow (CWE-122).', 'integer overflow leads to overflow.'],
  ['chain/composite: use of  incorrect type', 'use of incorrect type'],
  ['Composite: a CWE-79, then b', 'a, then b'],
  ['Chaining of user rights.', 'Chaining of user rights.'],
])('turns %j into %j', (wording, query) => expect(withoutAnswer(wording)).toBe(query))

it('has one query a CVE, in the split of its year', () => {
  const cves = of('train', 'validation', 'test')
  expect(new Set(cves.map(({ id }) => id)).size).toBe(cves.length)
  for (const { id, split } of cves) expect(split === 'test').toBe(Number(id.slice(4, 8)) >= 2020)
})

it('merges the rows of one CVE: a query may have several weaknesses of grade 3', () => {
  const mapped = readCwe().examples
  const several = mapped.filter((one) => one.documents.length > 1)
  expect(several.length).toBeGreaterThan(200)
  for (const { id, documents: list } of several)
    expect([...judgements.get(id)!].filter(([, grade]) => grade === 3).map(([document]) => document)).toEqual(
      expect.arrayContaining([...list]),
    )
})

it('grades by the hierarchy: 3 the mapping, 2 its parents and children, 1 its siblings', () => {
  // SQL injection (CWE-89): CWE-943 is its parent, CWE-564 its child, CWE-643 its sibling
  const example = readCwe().examples.find(
    (one) => one.documents.length === 1 && one.documents[0] === 'CWE-89',
  )!
  const grades = judgements.get(example.id)!
  expect(grades.get('CWE-89')).toBe(3)
  expect(grades.get('CWE-943')).toBe(2)
  expect(grades.get('CWE-564')).toBe(2)
  expect(grades.get('CWE-643')).toBe(1)
  expect(grades.has('CWE-798')).toBe(false)
})

it('has weak queries that mention no CVE and stand in no observed example', () => {
  const examples = new Set(readCwe().examples.map(({ text }) => normaliseQuery(text)))
  const same = of('weak').filter(({ text }) => examples.has(normaliseQuery(text)))
  // the pairs stage drops those few whose wording is a query of its own
  expect(same.length).toBeLessThanOrEqual(1)
  expect(of('weak').filter(({ text }) => /CVE-\d|\[REF-/.test(text))).toEqual([])
  for (const { id } of of('weak').slice(0, 500))
    expect([...judgements.get(id)!.values()].filter((grade) => grade === 3).length).toBeLessThanOrEqual(2)
})

it('simulates clicks on train queries alone, and calls them simulated', () => {
  const train = new Set(of('train').map(({ text }) => text))
  expect(clicks.length).toBeGreaterThan(100_000)
  expect(clicks.filter(({ query }) => !train.has(query))).toEqual([])
  expect(Object.keys(manifest.files)).toContain('clicks.simulated.jsonl')
})

it("keeps MITRE's copyright designation and license next to the data", () => {
  const text = readFileSync(join(home, 'example', 'ATTRIBUTION.txt'), 'utf8')
  expect(text).toMatch(/Copyright \(c\) 2006-20\d\d The MITRE Corporation/)
  expect(text.replace(/\s+/g, ' ')).toContain(
    "authorized provided that you reproduce MITRE's copyright designation and this license in any such copy",
  )
})

it('is the same every time', async () => {
  const again = await example({ out: join(home, 'again'), recipe })
  expect(again.content).toBe(manifest.content)
})

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readExample } from './example.ts'

let pairs: string
beforeEach(() => {
  pairs = mkdtempSync(join(tmpdir(), 'example-'))
})
afterEach(() => rmSync(pairs, { recursive: true }))

function write(name: string, rows: readonly unknown[]): void {
  writeFileSync(
    join(pairs, name),
    rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row))).join('\n'),
  )
}

describe('readExample', () => {
  it('takes judged test queries, evenly spaced, and all documents of a small corpus', async () => {
    write(
      'documents.jsonl',
      [1, 2, 3].map((at) => ({ id: `CWE-${at}`, title: `t${at}`, summary: `s${at}`, url: 'u' })),
    )
    const ids = Array.from({ length: 24 }, (_, at) => `q${at}`)
    write('queries.jsonl', [
      { id: 'other', text: 'of another split', split: 'train' },
      { id: 'unjudged', text: 'without a judgement', split: 'test' },
      { id: 'long', text: 'x'.repeat(201), split: 'test' },
      ...ids.map((id) => ({ id, text: `text of ${id}`, split: 'test' })),
    ])
    write('qrels.test.txt', [
      'other 0 CWE-1 3',
      'long 0 CWE-1 3',
      ...ids.map((id) => `${id} 0 CWE-2 3`),
      'q0 0 CWE-3 0',
    ])
    write('ATTRIBUTION.txt', ['Texts of somebody.'])
    const example = await readExample(pairs, join(pairs, 'embedded'))
    expect(example.documents[1]).toEqual({ id: 'CWE-2', title: 't2', summary: 's2' })
    expect(example.corpusSize).toBe(3)
    expect(example.queries.map(({ id }) => id)).toEqual(ids.filter((_, at) => at % 2 === 0))
    expect(example.queries[0]).toEqual({ id: 'q0', text: 'text of q0', grades: { 'CWE-2': 3 } })
    expect(example.attribution).toBe('Texts of somebody.')
  })

  it('opens with a validation query that the model improves, and keeps its documents', async () => {
    write(
      'documents.jsonl',
      [1, 2].map((at) => ({ id: `d${at}`, title: `t${at}`, summary: 's' })),
    )
    write('queries.jsonl', [
      { id: 'v', text: 'of validation', split: 'validation' },
      { id: 't', text: 'of test', split: 'test' },
    ])
    write('qrels.validation.txt', ['v 0 d2 3'])
    write('qrels.test.txt', ['t 0 d1 3'])
    write('first-stage.validation.run', ['v Q0 d1 1 2 bm25', 'v Q0 d2 2 1 bm25'])
    mkdirSync(join(pairs, 'runs'))
    write('runs/validation.run', ['v Q0 d2 1 2 int8', 'v Q0 d1 2 1 int8'])
    const { queries } = await readExample(pairs, join(pairs, 'embedded'), join(pairs, 'runs'))
    expect(queries.map(({ id, note }) => [id, note?.slice(0, 40)])).toEqual([
      ['v', 'A typical gain: of 1 validation queries '],
      ['t', undefined],
    ])
    const without = await readExample(pairs, join(pairs, 'embedded'))
    expect(without.queries.map(({ id }) => id)).toEqual(['t'])
  })

  it('keeps what the samples are judged by when it must leave documents out', async () => {
    write(
      'documents.jsonl',
      Array.from({ length: 5000 }, (_, at) => ({ id: `d${at}`, title: '', summary: 's' })),
    )
    write('queries.jsonl', [{ id: 'q', text: 'one', split: 'test' }])
    write('qrels.test.txt', ['q 0 d4999 1'])
    const example = await readExample(pairs, join(pairs, 'embedded'))
    expect(example.documents).toHaveLength(3000)
    expect(example.documents.at(-1)!.id).toBe('d4999')
    expect(example.corpusSize).toBe(5000)
    expect(example.attribution).toBe('')
  })

  it.each([
    ['the documents of the embedded example', 'aa', true],
    ["somebody's own", 'bb', false],
    ['documents that the manifest does not name', undefined, false],
  ])('tells %s', async (_, sha256, expected) => {
    for (const name of ['documents.jsonl', 'queries.jsonl']) write(name, [])
    write('manifest.json', [{ inputs: { 'documents.jsonl': 'aa' } }])
    mkdirSync(join(pairs, 'embedded'))
    write('embedded/manifest.json', [{ files: { 'documents.jsonl': { sha256 } } }])
    expect((await readExample(pairs, join(pairs, 'embedded'))).embedded).toBe(expected)
  })
})

import { describe, expect, it } from 'vitest'
import { documentLines } from './document-lines.ts'

async function read(content: string, size = 2) {
  const all = []
  for await (const some of documentLines(content.split('\n'), 'f.jsonl', size)) all.push(some)
  return all
}

describe('a file of documents', () => {
  it('gives texts as texts, and titles with the other fields', async () => {
    const lines = [
      { id: 'a', text: 'plain' },
      { id: 'b', title: 'T', summary: 'S', url: 'https://a.test' },
      { id: 'c', title: 'T', text: 'body' },
    ]
    expect(await read(`${lines.map((one) => JSON.stringify(one)).join('\n')}\n\n`)).toEqual([
      [
        { id: 'a', document: 'plain' },
        { id: 'b', document: { title: 'T', summary: 'S' } },
      ],
      [{ id: 'c', document: { title: 'T', summary: 'body' } }],
    ])
  })

  it.each([
    [
      '{"id":"a","text":"b"}\nno JSON',
      'f.jsonl, line 2: is no JSON; wanted {"id":"...","text":"..."}, or "title" and "summary".',
    ],
    ['{"id":"a","text":"b"}\n\n{"id":"a","text":"c"}', /line 3: has the id of line 1/],
    ['{"id":"a"}', /line 1: has no text, title or summary/],
    ['{"id":"a","text":" "}', /line 1: has no text/],
    ['{"id":7,"text":"b"}', /line 1: id /],
    ['[]', /line 1: /],
    ['{"id":"","text":"b"}', /line 1: id is empty/],
    [JSON.stringify({ id: 'é'.repeat(129), text: 'b' }), /line 1: id has more than 256 bytes/],
  ])('is refused by its line: %j', async (content, message) => {
    await expect(read(content)).rejects.toThrow(message)
  })
})

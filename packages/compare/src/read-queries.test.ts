import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readQueries } from './read-queries.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'queries-'))
})
afterEach(() => rmSync(home, { recursive: true }))

function read(text: string) {
  const file = join(home, 'queries.txt')
  writeFileSync(file, text)
  return readQueries(file)
}

it('are lines of text, whose ids depend on the text alone, or of JSON', () => {
  const [shoes, coat, hat] = read(
    'red shoes\r\n\n{"id": "q2", "text": "rain coat"}\n{"query": " a hat "}\nred shoes\n',
  )
  expect([shoes!.text, coat, hat!.text]).toEqual(['red shoes', { id: 'q2', text: 'rain coat' }, 'a hat'])
  expect(read('other\nred shoes')[1]).toEqual(shoes)
  expect(shoes!.id).toMatch(/^q[0-9a-f]{10}$/)
})

it.each([
  ['', 'has no query'],
  ['{"id": "a b", "text": "x"}', 'line 1: the id of a query is a text without spaces'],
  ['ok\n{"id": "a"}', 'line 2 is no query'],
  ['{"id": ', 'line 1 begins like JSON, but is not valid'],
  [Array.from({ length: 5_001 }, (_, at) => `q ${at}`).join('\n'), 'has 5001 queries'],
])('are refused with a reason: %j', (text, message) => {
  expect(() => read(text)).toThrow(message)
})

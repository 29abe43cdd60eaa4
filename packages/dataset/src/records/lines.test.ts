import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createTextWriter, readTextLines, writeTexts } from './lines.ts'
import { openRecords } from './record-file.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'lines-'))
})
afterEach(() => rmSync(home, { recursive: true }))
const at = (name: string) => join(home, name)

it('reads lines however they lie over the pieces that are read', () => {
  // the second is longer than a piece, the last has no end
  const lines = ['ä', 'x'.repeat(2_500_000), '', 'ü'.repeat(600_000), 'last']
  writeFileSync(at('a'), lines.join('\n'))
  expect([...readTextLines(at('a'))]).toEqual(lines)
  writeFileSync(at('b'), 'one\n')
  expect([...readTextLines(at('b'))]).toEqual(['one'])
  writeFileSync(at('c'), '')
  expect([...readTextLines(at('c'))]).toEqual([])
})

it('writes a file whole or not at all', () => {
  writeTexts(at('a'), ['x', 'y'.repeat(3_000_000), 'z'])
  expect(readFileSync(at('a'), 'utf8')).toBe(`x${'y'.repeat(3_000_000)}z`)
  const broken = function* () {
    yield 'half'
    throw new Error('stop')
  }
  expect(() => writeTexts(at('b'), broken())).toThrow('stop')
  expect(existsSync(at('b')) || existsSync(at('b.part'))).toBe(false)
  const writer = createTextWriter(at('c'))
  writer.write('c')
  expect(existsSync(at('c'))).toBe(false)
  writer.close()
  expect(readFileSync(at('c'), 'utf8')).toBe('c')
})

it('has records by number and by id, in any form of line', () => {
  const records = Array.from({ length: 700 }, (_, i) => ({ id: `ü"${i}\\`, text: `line\n${i}` }))
  const lines = records.map((record) => JSON.stringify(record))
  // ids that need no escape, ids that do, the id not first, and no end of the last line
  lines[3] = '{"id":"plain","text":"p"}'
  lines[4] = '{"text":"t", "id":"behind"}'
  writeFileSync(at('a.jsonl'), lines.join('\n'))
  const found = openRecords<{ id: string; text: string }>(at('a.jsonl'))
  expect(found.length).toBe(700)
  expect(found.at(699)).toEqual(records[699])
  expect(found.get('ü"5\\')).toEqual(records[5])
  expect([found.numberOf('plain'), found.numberOf('behind'), found.numberOf('nowhere')]).toEqual([3, 4, -1])
  expect([found.idOf(4), found.has('plain'), found.get('nowhere')]).toEqual(['behind', true, undefined])
  expect([...found].map(({ id }) => id)).toEqual(Array.from(found, (_, number) => found.idOf(number)))
  found.close()
  writeFileSync(at('none.jsonl'), '')
  expect([...openRecords(at('none.jsonl'))]).toEqual([])
})

// What is no log, no corpus and no judgements: an error that names file, line or row, column, and what to do.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { BAD_CONTENT } from '../../testing/bad-content.ts'
import { BAD_FILES } from '../../testing/bad-files.ts'
import { documents, home, lines, run, useShop, write, writeJudged } from '../../testing/shop.ts'

useShop()

/** rows that must not be skipped in silence: with no bound, the first bad one ends the stage */
const strict = { badRows: { share: 0, show: 5 } }
const BAD = [...BAD_FILES, ...BAD_CONTENT]

/** what to do is the last thing said */
const REMEDY =
  /\b(Fix|Remove|Rename|Export|Compress|Convert|Decompress|Name|Add|Put)\b[^\n]*$|Put it there\.$|Put them there\./

describe('refuses', () => {
  it('at least forty kinds', () => expect(BAD.length).toBeGreaterThanOrEqual(40))

  it.each(BAD)('%s', async (what, prepare, message, [file, line, column]) => {
    write('documents.jsonl', lines(documents))
    writeJudged()
    await prepare()
    const columns = what.startsWith('a map to')
      ? { clicks: { query: 'suchterm' } }
      : what.startsWith('a map from')
        ? { clicks: { term: 'query' } }
        : {}
    const failure = await run({ ...strict, columns }).catch((error: Error) => error)
    expect(failure).toBeInstanceOf(Error)
    expect((failure as Error).name).toBe('InputError')
    const said = (failure as Error).message.replaceAll(home, '')
    expect(said).toMatch(message)
    expect(said).toContain(file)
    if (line !== undefined) expect(said).toMatch(new RegExp(`\\b(line|row) ${line}: `))
    if (column !== undefined) expect(said).toMatch(new RegExp(`\\b${column}\\b`))
    expect(said).toMatch(REMEDY)
    // nothing that looks finished
    expect(existsSync(join(home, 'out'))).toBe(false)
  })
})

// The list of settings names all that the code reads.
import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { DEFAULT_LIMITS, limitsFrom } from '../limits.ts'
import { describeSettings } from './describe-settings.ts'

const source = fileURLToPath(new URL('..', import.meta.url))
const settings = describeSettings()
const names = new Set(settings.map(({ name }) => name))

it('names every variable and binding that the sources read', () => {
  const files = globSync('**/*.ts', { cwd: source }).filter((file) => !file.endsWith('.test.ts'))
  const read = files.flatMap((file) => {
    const text = readFileSync(`${source}/${file}`, 'utf8')
    const places = [
      ...text.matchAll(/\b(?:variables|env|process\.env|settings|parsed\.data)\.([A-Z][A-Z0-9_]{3,})\b/g),
      ...text.matchAll(/^ {2}readonly ([A-Z][A-Z0-9_]{3,})\??:/gm),
      ...text.matchAll(/wholeNumber\('([A-Z0-9_]+)'/g),
    ]
    return places.map(([, name]) => name!)
  })
  expect(new Set(read).size).toBeGreaterThan(25)
  expect([...new Set(read)].filter((name) => !names.has(name))).toEqual([])
})

it('describes each', () => {
  expect(settings.filter(({ about, values }) => about.length < 10 || values === '')).toEqual([])
})

it('has the defaults that are used', () => {
  const defaultOf = (wanted: string) => settings.find(({ name }) => name === wanted)?.default
  expect(defaultOf('MAX_TOKENS')).toBe(String(DEFAULT_LIMITS.tokens))
  expect([defaultOf('ALLOW_ANONYMOUS'), defaultOf('REFRESH_SECONDS')]).toEqual(['false', '60'])
  expect(defaultOf('RERANK_KEYS')).toBeUndefined()
})

it.each(settings.filter(({ kind }) => kind === 'limit'))(
  '$name has the bounds it states',
  ({ name, values }) => {
    const [least, most = 2 ** 31 - 1] = values.match(/\d+/g)!.map(Number)
    expect(() => limitsFrom({ [name]: String(least! - 1) })).toThrow(name)
    expect(() => limitsFrom({ [name]: String(most + 1) })).toThrow(name)
    expect(() => limitsFrom({ [name]: String(least) })).not.toThrow()
  },
)

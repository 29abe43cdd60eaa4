import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { publishedPackages } from './published-packages.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'published-'))
})
afterEach(() => rmSync(root, { recursive: true }))

function workspace(name: string, dependencies: Record<string, string>, more: object = {}): void {
  const folder = join(root, 'packages', name)
  mkdirSync(folder, { recursive: true })
  const json = { name: `@disranker/${name}`, version: '1.2.3', private: true, dependencies, ...more }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(json))
}

it('are those that say so and all that these import, dependencies first', () => {
  workspace('words', {})
  workspace('ranker', { '@disranker/words': '*', zod: '4.0.0' }, { publishConfig: {} })
  workspace('trainer', { '@disranker/ranker': '*' })
  expect(publishedPackages(root).map(({ json }) => json.name)).toEqual([
    '@disranker/words',
    '@disranker/ranker',
  ])
})

it('a bundled one carries those that are not published, and no other', () => {
  workspace('words', {})
  workspace('engine', { '@disranker/words': '*' })
  workspace('reader', { '@disranker/engine': '*' })
  workspace('ranker', { '@disranker/words': '*' }, { publishConfig: {} })
  const both = { '@disranker/reader': '*', '@disranker/ranker': '*' }
  workspace('tool', both, { publishConfig: { bundled: true } })
  const published = publishedPackages(root)
  expect(published.map(({ json }) => json.name)).toEqual([
    '@disranker/words',
    '@disranker/ranker',
    '@disranker/tool',
  ])
  expect(published.at(-1)!.carried!.map(({ json }) => json.name)).toEqual([
    '@disranker/tool',
    '@disranker/reader',
    '@disranker/engine',
  ])
})

it('cannot import what is not there', () => {
  workspace('ranker', { '@disranker/words': '*' }, { publishConfig: {} })
  expect(() => publishedPackages(root)).toThrow('@disranker/ranker depends on @disranker/words')
})

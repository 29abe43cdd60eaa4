// The lock file serves machines other than the one that wrote it: npm drops packages of other platforms from it, and then
// does not install them there (github.com/npm/cli/issues/4828).
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

interface Entry {
  readonly resolved?: string
  readonly integrity?: string
  readonly link?: boolean
  readonly optionalDependencies?: Readonly<Record<string, string>>
}
const lock = readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')
const entries: Readonly<Record<string, Entry>> = JSON.parse(lock).packages

it('has the packages of every platform', () => {
  const names = new Set(Object.keys(entries).map((path) => path.split('node_modules/').at(-1)))
  const wanted = Object.values(entries).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}))
  expect(wanted).toContain('@cloudflare/workerd-darwin-arm64')
  expect(wanted.filter((name) => !names.has(name))).toEqual([])
})

it('names no registry, and has the hash of every package that comes from one', () => {
  expect(Object.values(entries).filter(({ resolved }) => resolved?.includes('://'))).toEqual([])
  const fetched = Object.entries(entries).filter(
    ([path, { link }]) => path.includes('node_modules/') && !link,
  )
  expect(fetched.filter(([, { integrity }]) => integrity === undefined)).toEqual([])
})

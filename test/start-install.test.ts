// `npm start` installs what training and serving need, without what only tests, benchmarks, releases and the docs site need.
import { readFileSync } from 'node:fs'
import { pipeline } from '@disranker/pipeline'
import { expect, it } from 'vitest'

type Names = Readonly<Record<string, string>>
interface Package {
  readonly name: string
  readonly scripts: Names
  readonly dependencies?: Names
  readonly devDependencies?: Names
}
const read = (folder: string): Package =>
  JSON.parse(readFileSync(new URL(`../${folder}/package.json`, import.meta.url), 'utf8'))

const { scripts } = read('.')
const folders = (script: string) => [...script.matchAll(/ -w (\S+)/g)].map(([, folder]) => folder!)

/** Our packages that come with some of them, as npm finds them. */
function installedWith(from: readonly string[]): ReadonlySet<string> {
  const found = new Set(from.map((folder) => read(folder).name))
  for (const name of found) {
    const folder = name === '@disranker/edge' ? 'apps/edge' : name.replace('@disranker', 'packages')
    const { dependencies, devDependencies } = read(folder)
    for (const other of Object.keys({ ...dependencies, ...devDependencies }))
      if (other.startsWith('@disranker/')) found.add(other)
  }
  return found
}

it('brings the package of every stage, the edge and the command line', () => {
  const installed = installedWith(folders(scripts.start!))
  for (const name of [...pipeline.map(({ home }) => home), 'edge', 'cli', 'compare'])
    expect(installed).toContain(`@disranker/${name}`)
})

it('brings no compiler, test, release or site', () => {
  const installed = installedWith(folders(scripts.start!))
  for (const name of ['assembly', 'docs', 'release', 'test'])
    expect(installed).not.toContain(`@disranker/${name}`)
})

it('is the same for every way to start, and everything else for the rest', () => {
  const [install, ...others] = ['start', 'start:pretrained', 'try'].map(
    (name) => scripts[name]!.split(' && ')[0],
  )
  expect(new Set(others)).toEqual(new Set([install]))
  for (const name of ['check', 'test:unit', 'docs', 'bench', 'release', 'format'])
    expect(scripts[name]).toMatch(/^npm install --no-progress && /)
  expect(scripts.test).toMatch(/^npm run check && /)
})

// The site builds, the target of every link exists, and it needs no other host.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { buildSite } from './build-site.ts'
import { site } from './site.ts'

let folder: string
beforeAll(async () => {
  // a broken link ends it
  folder = await buildSite('/')
}, 180_000)

it('has every page', () => {
  const pages = new Set(globSync('**/*.html', { cwd: folder }).map((path) => path.replaceAll('\\', '/')))
  for (const { path } of site.flatMap((group) => group.pages)) expect(pages).toContain(`${path}.html`)
})

it('has an index for the search, which is local', () => {
  const index = globSync('assets/chunks/@localSearchIndexroot.*.js', { cwd: folder })
  expect(index).toHaveLength(1)
  expect(readFileSync(join(folder, index[0]!), 'utf8')).toContain('Your teacher')
})

it('loads nothing from another host', () => {
  for (const file of globSync('**/*.{html,css}', { cwd: folder })) {
    const text = readFileSync(join(folder, file), 'utf8')
    const loaded = [
      ...text.matchAll(/<(?:script|img|link)[^>]*(?:src|href)="(https?:[^"]+)"/g),
      ...text.matchAll(/url\((https?:[^)]+)\)/g),
    ].map(([, address]) => address)
    expect(loaded, file).toEqual([])
  }
})

it('has llms.txt with a line for each page, and the Markdown behind it', () => {
  const text = readFileSync(join(folder, 'llms.txt'), 'utf8')
  const links = [...text.matchAll(/\]\(\/([^)]+)\)/g)].map(([, path]) => path!)
  expect(links).toHaveLength(site.flatMap(({ pages }) => pages).length)
  for (const path of links) expect(readFileSync(join(folder, path), 'utf8')).toMatch(/^# /m)
})

import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { brokenLinks } from './check-site.ts'

function siteOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'site-'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

it('finds nothing in a site whose links hold', () => {
  const folder = siteOf({
    'index.html': '<a href="/base/a.html#one">a</a> <a href="b/">b</a> <img src="/base/x.svg">',
    'a.html': '<h2 id="one">One</h2> <a href="#one">up</a> <a href="https://example.org/x">out</a>',
    'b/index.html': '<a href="../a.html">a</a>',
    'x.svg': '<svg/>',
  })
  expect(brokenLinks(folder, '/base/')).toEqual([])
})

it('names a page, a heading and a file that are not there', () => {
  const folder = siteOf({
    'index.html': '<a href="/gone.html">a</a> <a href="/a.html#two">a</a> <img src="/gone.svg">',
    'a.html': '<h2 id="one">One</h2>',
  })
  expect(brokenLinks(folder)).toEqual([
    'index.html: /gone.html leads nowhere',
    'index.html: a.html has no heading #two',
    'index.html: /gone.svg leads nowhere',
  ])
})

it('takes a link beyond the base for broken', () => {
  expect(brokenLinks(siteOf({ 'index.html': '<a href="/index.html">a</a>' }), '/base/')).toHaveLength(1)
})

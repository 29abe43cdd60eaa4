import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { publishedPackages } from './published-packages.ts'
import { releaseNotes, sectionOf, tagOf } from './release-notes.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const changelog = '# @x/y\n\n## 0.10.0\n\n### Minor Changes\n\n- New.\n\n## 0.1.0\n\n- First.\n\n## 0.0.1\n'

it('finds the section of a version, and of no other', () => {
  expect(sectionOf(changelog, '0.10.0')).toBe('### Minor Changes\n\n- New.')
  expect(sectionOf(changelog, '0.1.0')).toBe('- First.')
  expect(sectionOf(changelog, '0.0.1')).toBeUndefined()
  expect(sectionOf(changelog, '0.1')).toBeUndefined()
})

it('gathers the sections of the packages that have one', () => {
  const [one, other] = publishedPackages(root).map((workspace) => {
    const folder = mkdtempSync(join(tmpdir(), 'notes-'))
    return { ...workspace, folder }
  })
  writeFileSync(
    join(one!.folder, 'CHANGELOG.md'),
    `# x\n\n## ${one!.json.version}\n\n### Minor Changes\n\n- New.\n`,
  )
  const { name, version } = one!.json
  expect(releaseNotes([one!, other!])).toBe(`## ${name} ${version}\n\n#### Minor Changes\n\n- New.\n`)
})

it('is tagged by the version of the endpoint', () => {
  const packages = publishedPackages(root)
  expect(tagOf(packages)).toMatch(/^v\d+\.\d+\.\d+$/)
  expect(() => tagOf(packages.slice(0, 0))).toThrow('@disranker/edge')
})

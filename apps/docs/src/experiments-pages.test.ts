import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { experimentsPages, logEntries } from './experiments-pages.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

it('takes the entries of a log apart', () => {
  const log =
    '# Experiments\n\nRules.\n\n## 2026-01-02: second\n\nFigures.\n\n## 2026-01-01: first: a colon\nDecided.\n'
  expect(logEntries(log)).toEqual([
    { date: '2026-01-02', title: 'second', text: 'Figures.' },
    { date: '2026-01-01', title: 'first: a colon', text: 'Decided.' },
  ])
})

it('loses no entry of the log', () => {
  const log = readFileSync(`${root}/packages/metrics/LOG.md`, 'utf8')
  const dated = [...log.matchAll(/^## (\d{4}-\d{2}-\d{2}): (.+)$/gm)]
  const pages = experimentsPages(root)
  for (const [, date, title] of dated) expect(pages.get(`experiments/${date}.md`)).toContain(`## ${title}`)
  expect(logEntries(log)).toHaveLength(dated.length)
})

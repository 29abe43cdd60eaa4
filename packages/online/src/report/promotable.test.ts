import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { promotable } from './promotable.ts'

const folder = mkdtempSync(join(tmpdir(), 'promote-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
mkdirSync(join(folder, 'bundle'))
writeFileSync(join(folder, 'bundle', 'manifest.json'), '{"files":{}}')
// `printf '{"files":{}}' | sha256sum | cut -c1-12`
const VERSION = 'aae5a71db7cd'

function promote(decision: string, shown: readonly string[], name = 'new-model') {
  const report = join(folder, 'experiment.json')
  const decisions = [{ arm: 'reranked', decision, reason: 'it is so' }]
  writeFileSync(
    report,
    JSON.stringify({
      experiment: { name: 'new-model', arms: [{ name: 'reranked', model: 'disranker' }] },
      decisions,
      versions: { reranked: shown },
    }),
  )
  return promotable(report, join(folder, 'bundle'), name)
}

it('takes the arm that is better, with the bundle that it showed', () => {
  expect(promote('better', [VERSION])).toEqual({ arm: 'reranked', reason: 'it is so', version: VERSION })
})

it.each(['worse', 'no difference found', 'cannot be told'])('refuses the verdict "%s"', (decision) => {
  expect(() => promote(decision, [VERSION])).toThrow(
    `Nothing is promoted. reranked: ${decision}, because it is so.`,
  )
})

it('refuses another bundle, another experiment, and what is not there', () => {
  expect(() => promote('better', ['000000000000', VERSION])).toThrow(/reranked showed 000000000000/)
  expect(() => promote('better', [VERSION], 'other')).toThrow(
    /is about the experiment "new-model", not "other"/,
  )
  expect(() => promotable(join(folder, 'none.json'), folder, 'x')).toThrow(/npx turbo run experiment/)
})

import { expect, it } from 'vitest'
import { tinyBundle } from '../fixtures/tiny-bundle.ts'
import { loadReranker } from '../load-reranker.ts'
import { sha256 } from '../sha256.ts'
import type { InstructionForm } from './instruction.ts'

/** The tiny bundle as one that names a form of instructions. */
async function withForm(instruction: InstructionForm) {
  const bundle = tinyBundle()
  const read = (name: string) => JSON.parse(new TextDecoder().decode(bundle[name]))
  const bytes = (content: unknown) => new TextEncoder().encode(JSON.stringify(content))
  const { disranker, ...config } = read('config.json')
  const changed = bytes({ ...config, disranker: { ...disranker, instruction } })
  const manifest = read('manifest.json')
  manifest.files['config.json'] = { bytes: changed.byteLength, sha256: await sha256(changed) }
  return { ...bundle, 'config.json': changed, 'manifest.json': bytes(manifest) }
}

const documents = ['a buffer is written past its end', 'a password in plain text']
const template = '{instruction} : {query}'

it('an instruction stands in the query as the bundle says, $-signs and braces too', async () => {
  const plain = await loadReranker(tinyBundle())
  const model = await loadReranker(await withForm({ template }))
  const instruction = 'find $& {query}'
  expect(await model.score('buffer', documents, { instruction })).toEqual(
    await plain.score('find $& {query} : buffer', documents),
  )
  expect(await model.score('buffer', documents)).toEqual(await plain.score('buffer', documents))
  const { results } = await model.rank('buffer', documents, { instruction: 'password', explain: true })
  // only words of the query count as matched
  expect(results.flatMap(({ explanation }) => explanation!.matched_words)).toEqual(['buffer'])
})

it('a model may have one of its own, for requests without', async () => {
  const plain = await loadReranker(tinyBundle())
  const model = await loadReranker(await withForm({ template, default: 'flaws' }))
  expect(await model.score('buffer', documents)).toEqual(await plain.score('flaws : buffer', documents))
})

it('is refused by a model that names no form, and a form without its places when the bundle is loaded', async () => {
  const plain = await loadReranker(tinyBundle())
  await expect(plain.score('buffer', documents, { instruction: 'x' })).rejects.toMatchObject({
    code: 'input',
    message: expect.stringContaining('trained without instructions'),
  })
  await expect(loadReranker(await withForm({ template: 'Query: {query}' }))).rejects.toMatchObject({
    code: 'bundle',
    message: expect.stringContaining('has no {instruction}'),
  })
})

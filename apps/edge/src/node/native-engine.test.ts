import { readdirSync, readFileSync } from 'node:fs'
import { loadReranker } from '@disranker/reranker'
import { expect, it } from 'vitest'
import { nativeEngine } from './native-engine.ts'

const folder = new URL('../../../../packages/reranker/src/fixtures/tiny-bundle/', import.meta.url)
const bundle = Object.fromEntries(
  readdirSync(folder).map((name) => [name, new Uint8Array(readFileSync(new URL(name, folder)))]),
)

it('ranks as onnxruntime-web does', async () => {
  const documents = [
    'memory is used after it was freed',
    { title: 'Weak hash', summary: 'a'.repeat(400) },
    'lock',
  ]
  const [web, native] = [
    await loadReranker(bundle, { engine: 'onnxruntime' }),
    await loadReranker(bundle, { own: await nativeEngine(2) }),
  ]
  expect(native.engine).toBe('onnxruntime, native')
  const expected = await web.score('use after free', documents)
  for (const [at, score] of (await native.score('use after free', documents)).entries())
    expect(score).toBeCloseTo(expected[at]!, 2)
  await Promise.all([web.dispose(), native.dispose()])
})

it('says why a model does not load', async () => {
  const create = (await nativeEngine(2))!
  await expect(create(new Uint8Array(9), new Uint8Array())).rejects.toThrow('onnxruntime-node could not load')
})

it('computes rankings side by side, each answered with its own scores', async () => {
  const native = await loadReranker(bundle, { own: await nativeEngine(2) })
  const sets = Array.from({ length: 12 }, (_, at) => [
    `memory ${at}`,
    'lock',
    `use after free ${at}`.repeat(at + 1),
  ])
  const alone: number[][] = []
  for (const documents of sets) alone.push([...(await native.score('use after free', documents))])
  const together = await Promise.all(sets.map((documents) => native.score('use after free', documents)))
  expect(together.map((scores) => [...scores])).toEqual(alone)
  await native.dispose()
})

// Every engine keeps one contract.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBundle } from '../bundle.ts'
import { tinyBundle } from '../fixtures/tiny-bundle.ts'
import { openSession } from './engine.ts'
import type { EncodedText, Session } from './session.ts'

/** texts of 1 to 44 tokens, the shortest and the longest that the tiny model reads among them */
const texts = Array.from({ length: 60 }, (_, at): EncodedText => {
  const length = at === 0 ? 1 : 1 + ((at * 43) % 44)
  return {
    ids: Array.from({ length }, (_, i) => (at * 131 + i * 37) % 300),
    typeIds: Array.from({ length }, (_, i) => (at + i) % 17),
  }
})
const opened = await openBundle(tinyBundle())
const bundles = {
  plain: opened,
  'with a static bi-encoder': await openBundle(tinyBundle('static-bundle')),
  'a static bi-encoder alone': await openBundle(tinyBundle('table-bundle')),
}

describe.each(
  (['fused', 'onnxruntime'] as const).flatMap((engine) =>
    (['plain', 'with a static bi-encoder', 'a static bi-encoder alone'] as const).map(
      (form) => [engine, form] as const,
    ),
  ),
)('the engine %s, %s', (engine, form) => {
  const opened = bundles[form]
  let session: Session
  let alone: number[]
  beforeAll(async () => {
    session = await openSession(opened, { engine })
    alone = []
    for (const text of texts) alone.push((await session.run([text]))[0]!)
  })
  afterAll(() => session.release())

  it('says what it is, and what memory it takes', () => {
    const name = engine === 'fused' && form === 'a static bi-encoder alone' ? 'table' : engine
    expect(session.engine).toMatch(new RegExp(`^${name}`))
    expect(session.heapBytes()).toBeGreaterThan(1000)
  })

  it('scores a text alike alone, with any others, and again', async () => {
    for (const batch of [texts, [...texts].reverse(), texts.slice(3, 9)]) {
      const logits = await session.run(batch)
      const wanted = batch.map((text) => alone[texts.indexOf(text)]!)
      // onnxruntime's sums take another order when a text is padded
      for (const [row, logit] of logits.entries())
        if (engine === 'fused') expect(logit).toBe(wanted[row])
        else expect(logit).toBeCloseTo(wanted[row]!, 5)
    }
  })

  it('agrees with onnxruntime', async () => {
    const oracle = await openSession(opened, { engine: 'onnxruntime' })
    const logits = await oracle.run(texts)
    for (const [row, logit] of logits.entries()) expect(Math.abs(logit - alone[row]!)).toBeLessThan(1e-5)
    await oracle.release()
  })

  it('refuses tokens that the model does not have', async () => {
    for (const text of [
      { ids: [300], typeIds: [0] },
      { ids: [1], typeIds: [17] },
    ]) {
      const other = await openSession(opened, { engine })
      await expect(async () => other.run([text])).rejects.toMatchObject({ code: 'runtime' })
      await other.release()
    }
  })

  it('keeps the memory it has', async () => {
    await session.run(texts)
    const before = session.heapBytes()
    for (let round = 0; round < 5; round++) await session.run(texts)
    expect(session.heapBytes()).toBe(before)
  })
})

it('the static bi-encoder tells in the score of a text with both sides', async () => {
  const [plain, wide] = [
    await openSession(opened, { engine: 'fused' }),
    await openSession(bundles['with a static bi-encoder'], { engine: 'fused' }),
  ]
  const added = async (text: EncodedText) => (await wide.run([text]))[0]! - (await plain.run([text]))[0]!
  expect(Math.abs(await added({ ids: [40, 41], typeIds: [0, 7] }))).toBeGreaterThan(0.1)
  // the same token on both sides points the same way: the whole weight
  expect(await added({ ids: [40, 40], typeIds: [0, 7] })).toBeCloseTo(3, 4)
  expect(await added({ ids: [40, 41], typeIds: [0, 16] })).toBeCloseTo(0, 6)
  await plain.release()
  await wide.release()
})

describe('the choice', () => {
  const other = { ...opened, config: { ...opened.config, hidden_act: 'relu' } }

  it('is the fused encoder where it knows the model, else onnxruntime', async () => {
    for (const [bundle, engine] of [
      [opened, /^fused/],
      [other, /^onnxruntime$/],
    ] as const) {
      const session = await openSession(bundle, {})
      expect(session.engine).toMatch(engine)
      await session.release()
    }
  })

  it('says why the fused encoder cannot be had', async () => {
    await expect(openSession(other, { engine: 'fused' })).rejects.toThrow(
      'The fused encoder does not load this model: it computes bert with GELU, this model has relu',
    )
    const cut = { ...opened, data: opened.data.subarray(0, 1000) }
    await expect(openSession(cut, { engine: 'fused' })).rejects.toThrow('is outside the data file')
  })
})

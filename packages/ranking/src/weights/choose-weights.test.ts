import { seededSampler } from '@disranker/dataset'
import { expect, it } from 'vitest'
import { chooseWeights } from './choose-weights.ts'

const DOCUMENTS = ['a', 'b', 'c', 'd', 'e', 'f']

/** Queries that have one right document, and parts that see it more or less clearly through noise. */
function world(queries: number, strengths: readonly number[], { group = (at: number) => String(at) } = {}) {
  const { uniform, integer } = seededSampler(5, 'world')
  const noise = () => uniform() + uniform() + uniform() - 1.5
  const right = Array.from({ length: queries }, () => DOCUMENTS[integer(DOCUMENTS.length)]!)
  const columns = strengths.map((strength) =>
    right.map(
      (own) => new Map(DOCUMENTS.map((document) => [document, (document === own ? strength : 0) + noise()])),
    ),
  )
  return {
    parts: columns.map((column, p) => ({
      name: `part ${p}`,
      scores: (id: string) => column[Number(id)]!,
      learnedFrom: (_: string): boolean => false,
    })),
    queries: right.map((_, at) => ({ id: String(at), group: group(at), documents: DOCUMENTS })),
    judgements: new Map(right.map((document, at) => [String(at), new Map([[document, 2]])])),
  }
}

it('weighs parts by what they know, and says what each adds', () => {
  const { parts, crossValidated, equal, queries, groups } = chooseWeights(world(150, [1.2, 0.6, 0]))
  const [good, fair, noise] = parts
  expect(good!.share).toBeGreaterThan(fair!.share)
  expect(fair!.share).toBeGreaterThan(2 * noise!.share)
  expect(good!.adds!.low).toBeGreaterThan(0)
  expect(fair!.adds!.low).toBeGreaterThan(0)
  expect(noise!.adds!.low).toBeLessThan(0)
  expect(good!.alone.ndcg10).toBeGreaterThan(noise!.alone.ndcg10)
  expect(crossValidated.ndcg10).toBeGreaterThan(equal.ndcg10)
  expect([queries, groups]).toEqual([150, 150])
})

it('stays near equal weights where queries are few', () => {
  const few = chooseWeights(world(4, [1.2, 0]))
  const many = chooseWeights(world(150, [1.2, 0]))
  expect(few.parts[1]!.share).toBeGreaterThan(0.2)
  expect(many.parts[1]!.share).toBeLessThan(0.1)
})

it('does not depend on the scale of a part, and its weights are of raw scores', () => {
  const plain = world(60, [1.2, 0.6])
  const [first, second] = plain.parts
  const scores = (id: string) =>
    new Map([...second!.scores(id)].map(([document, score]) => [document, 50 * score + 7]))
  const scaled = chooseWeights({ ...plain, parts: [first!, { ...second!, scores }] })
  const { weights } = chooseWeights(plain)
  expect(scaled.weights[0]).toBeCloseTo(weights[0]!, 9)
  expect(scaled.weights[1]).toBeCloseTo(weights[1]! / 50, 9)
})

it('chooses on no query that a part has learned from', () => {
  const plain = world(80, [0.8, 0.8])
  const learned = (id: string) => Number(id) < 40
  const [first, second] = plain.parts
  // what was learned by heart looks perfect
  const scores = (id: string) =>
    learned(id)
      ? new Map(DOCUMENTS.map((document) => [document, plain.judgements.get(id)!.get(document) ?? 0]))
      : second!.scores(id)
  const parts = [first!, { ...second!, scores, learnedFrom: learned }]
  const found = chooseWeights({ ...plain, parts })
  const fresh = chooseWeights({ ...plain, queries: plain.queries.slice(40) })
  expect(found.weights).toEqual(fresh.weights)
  expect(found).toMatchObject({ queries: 40, learned: 40 })
  expect(found.parts.map(({ learnedFrom }) => learnedFrom)).toEqual([0, 40])
})

it('keeps a group in one fold, and counts it once in an interval', () => {
  const spread = chooseWeights(world(60, [1.2, 0.6]))
  const topics = chooseWeights(world(60, [1.2, 0.6], { group: (at) => String(at % 6) }))
  const width = ({ parts }: typeof spread) => parts[1]!.adds!.high - parts[1]!.adds!.low
  expect(topics.groups).toBe(6)
  // six topics can say little: the interval is wider, or there is none
  expect(width(topics)).toBeGreaterThan(width(spread))
})

it('gives equal shares where nothing is judged, and none to a part without an opinion', () => {
  const plain = world(20, [1, 0.5, 1])
  const flat = { ...plain.parts[2]!, scores: () => new Map(DOCUMENTS.map((document) => [document, 3])) }
  const parts = [plain.parts[0]!, plain.parts[1]!, flat]
  const blind = chooseWeights({ ...plain, parts, judgements: new Map() })
  expect(blind.parts.map(({ share }) => share)).toEqual([0.5, 0.5, 0])
  expect(blind.parts[0]!.adds).toBeUndefined()
})

it('leaves out what only harms, but for a part that the sum cannot do without', () => {
  const { parts, ...rest } = world(150, [-0.6, 1.2])
  expect(chooseWeights({ parts, ...rest }).weights[0]).toBe(0)
  const [kept] = chooseWeights({ parts: [{ ...parts[0]!, kept: true }, parts[1]!], ...rest }).weights
  expect(kept).toBeGreaterThan(0)
})

it('refuses a part that lacks a document', () => {
  const plain = world(5, [1, 1])
  const scores = () => new Map([['a', 1]])
  expect(() => chooseWeights({ ...plain, parts: [plain.parts[0]!, { ...plain.parts[1]!, scores }] })).toThrow(
    /The part "part 1" gives document b of query 0 no finite score/,
  )
})

it('stays nearer to equal weights the more queries the wish for them counts as', () => {
  const uneven = world(60, [1.2, 0.3])
  const shares = [undefined, 50, 1000].map(
    (pull) => chooseWeights({ ...uneven, ...(pull !== undefined && { pull }) }).parts[1]!.share,
  )
  expect(shares[1]).toBeGreaterThan(shares[0]!)
  expect(shares[2]).toBeGreaterThan(shares[1]!)
  expect(shares[2]).toBeLessThan(0.5)
})

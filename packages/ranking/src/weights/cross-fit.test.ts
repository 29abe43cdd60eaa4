import { seededSampler } from '@disranker/dataset'
import { expect, it } from 'vitest'
import { crossFit, isFewMeasured } from './cross-fit.ts'

const DOCUMENTS = ['a', 'b', 'c', 'd', 'e', 'f']
const QUERIES = 40

/** Two parts: one that knows the right document, one that is noise. Two queries a group. */
function world(right: (at: number) => string) {
  const { uniform } = seededSampler(3, 'cross-fit')
  const columns = [1.5, 0].map((strength) =>
    Array.from(
      { length: QUERIES },
      (_, at) =>
        new Map(
          DOCUMENTS.map((document) => [document, (document === rightOf(at) ? strength : 0) + 2 * uniform()]),
        ),
    ),
  )
  return {
    parts: columns.map((column, p) => ({
      name: `part ${p}`,
      scores: (id: string) => column[Number(id)]!,
      learnedFrom: () => false,
    })),
    queries: Array.from({ length: QUERIES }, (_, at) => ({
      id: String(at),
      group: String(at >> 1),
      documents: DOCUMENTS,
    })),
    judgements: new Map(Array.from({ length: QUERIES }, (_, at) => [String(at), new Map([[right(at), 1]])])),
  }
}
const rightOf = (at: number) => DOCUMENTS[(7 * at) % DOCUMENTS.length]!

it('ranks every judged query, and no other', () => {
  const { judgements, ...rest } = world(rightOf)
  const ranked = crossFit({ ...rest, judgements: new Map([...judgements].slice(0, 30)) })
  expect([...ranked.keys()].sort()).toEqual(Array.from({ length: 30 }, (_, at) => String(at)).sort())
  expect(
    ranked
      .get('3')!
      .map(({ document }) => document)
      .sort(),
  ).toEqual(DOCUMENTS)
})

it('ranks no query by weights that its own grades, or those of its group, had a part in', () => {
  const plain = crossFit(world(rightOf))
  // the noise part has the document first, and the grades of the group now say that it is right
  for (const at of [4, 5, 20]) {
    const group = at >> 1
    const lied = crossFit(world((other) => (other >> 1 === group ? 'f' : rightOf(other))))
    expect(lied.get(String(at))).toEqual(plain.get(String(at)))
    const others = [...plain.keys()].filter((id) => Number(id) >> 1 !== group)
    expect(others.some((id) => lied.get(id)![0]!.score !== plain.get(id)![0]!.score)).toBe(true)
  }
})

it('takes a set for a small one by queries that measure something', () => {
  const of = (judged: number, split: 'train' | 'weak', grade = 1) => ({
    queries: Array.from({ length: judged }, (_, at) => ({ id: String(at), text: '', split })),
    judgements: new Map(Array.from({ length: judged }, (_, at) => [String(at), new Map([['a', grade]])])),
  })
  const isFew = (given: ReturnType<typeof of>) => isFewMeasured(given as never)
  expect([isFew(of(199, 'train')), isFew(of(200, 'train')), isFew(of(0, 'train'))]).toEqual([
    true,
    false,
    false,
  ])
  expect([isFew(of(50, 'weak')), isFew(of(50, 'train', 0))]).toEqual([false, false])
})

import { describe, expect, it } from 'vitest'
import { type AdviceFacts, adviseNext } from './advice.ts'

const tested = (value: number, half: number) => {
  const p = Math.abs(value) > half ? 0.01 : 0.4
  return { value, low: value - half, high: value + half, p }
}
/** a significant gain, a teacher that is level, lists that are good enough */
const facts: AdviceFacts = {
  queries: 200,
  served: 0.5,
  overFirst: tested(0.1, 0.02),
  ceiling: 0.9,
  depth: 100,
  teacher: { value: 0.51, over: tested(0.01, 0.02) },
  int8: tested(0, 0.001),
  teacherFromScratch: false,
  trainQueries: 5_000,
}
const levers = (more: Partial<AdviceFacts>) => adviseNext({ ...facts, ...more }).map(({ lever }) => lever)
const said = (more: Partial<AdviceFacts>) => adviseNext({ ...facts, ...more }).map(({ sentence }) => sentence)

describe('what to do next', () => {
  it('is a better teacher where the student has caught up with it', () => {
    expect(adviseNext(facts)).toEqual([
      {
        lever: 'better-teacher',
        atMost: 0.9 - 0.51,
        sentence: expect.stringContaining('level with its teacher (0.510)'),
      },
    ])
    expect(said({})[0]).toContain('Try a stronger teacher')
    expect(said({ teacherFromScratch: true })[0]).toContain('pre-trained teacher (npm run start:pretrained)')
  })

  it('is a larger student where the teacher is significantly above', () => {
    const teacher = { value: 0.6, over: tested(0.1, 0.02) }
    expect(levers({ teacher })).toEqual(['larger-student', 'better-teacher'])
    expect(adviseNext({ ...facts, teacher })[0]!.atMost).toBe(0.1)
    expect(levers({ teacher: { value: 0.6, over: tested(0.1, 0.2) } })).toEqual(['better-teacher'])
  })

  it('is more judged queries where the gain is not significant: as many as would show it', () => {
    // an interval of half .04 is .02 on four times the queries
    expect(said({ overFirst: tested(0.02, 0.04) })[0]).toContain('about 800 queries show it')
    expect(said({ overFirst: tested(0.0001, 0.04) })[0]).toContain(
      'a gain this small needs more than 100,000',
    )
    expect(said({ overFirst: tested(-0.01, 0.04) })[0]).toContain('Change the model before you judge more')
    expect(levers({ overFirst: tested(-0.1, 0.02) })).not.toContain('judged-queries')
  })

  it('is the first stage where its lists lose more than a reranker can gain', () => {
    expect(levers({ ceiling: 0.7 })).toEqual(['first-stage', 'better-teacher'])
    expect(levers({ ceiling: 0.76 })).toEqual(['better-teacher'])
  })

  it('is finer int8 where it loses significantly, and more train queries where there are few', () => {
    expect(levers({ int8: tested(-0.02, 0.01) })).toContain('int8')
    expect(levers({ int8: tested(-0.02, 0.03) })).not.toContain('int8')
    expect(said({ trainQueries: 400 }).at(-1)).toContain('there are 400')
    expect(levers({ trainQueries: undefined })).not.toContain('training-queries')
  })

  it('is nothing where nothing is left', () => {
    expect(
      adviseNext({
        ...facts,
        served: 0.9,
        teacher: { value: 0.9, over: tested(0, 0.01) },
        ceiling: 0.9,
        int8: undefined,
      }),
    ).toEqual([expect.objectContaining({ lever: 'first-stage' })])
    expect(levers({ served: 1, ceiling: 1, teacher: { value: 1, over: tested(0, 0.01) } })).toEqual([])
  })
})

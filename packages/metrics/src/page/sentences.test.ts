import { describe, expect, it } from 'vitest'
import { correctFor, MEASURE_NAMES, type MeasureName, type Table } from '../figures/table.ts'
import type { RowInfo } from '../rows.ts'
import { comparisonsSaid, sentences } from './sentences.ts'

const all = <Value>(value: Value) =>
  Object.fromEntries(MEASURE_NAMES.map((name) => [name, value])) as Record<MeasureName, Value>
const ROLES: Record<string, RowInfo['role']> = {
  bm25: 'first-stage',
  bag_of_words: 'baseline',
  teacher: 'teacher',
  student_labels: 'labels',
  student: 'distilled',
  student_int8: 'served',
}

/** A table of values and of differences [row, baseline, low, high] in every measure, or in nDCG@10 others; p is .04 where 0 is outside. */
function table(
  values: Record<string, number>,
  differences: readonly (readonly [string, string, number, number, (readonly [number, number])?])[] = [],
): Table {
  const interval = (low: number, high: number) => {
    const p = low > 0 || high < 0 ? 0.04 : 0.4
    return { value: (low + high) / 2, low, high, p }
  }
  return {
    split: 'test',
    queries: 50,
    withoutRelevant: 0,
    coverage: { ungraded: [], unmatched: [], missed: [] },
    spreads: [],
    info: Object.entries(ROLES).map(([name, role]) => ({ name, role, what: name, lexicalWeight: 0 })),
    rows: Object.fromEntries(
      Object.entries(values).map(([row, value]) => [
        row,
        all({ value, low: value - 0.1, high: value + 0.1 }),
      ]),
    ),
    differences: differences.map(([row, baseline, low, high, ndcg]) => ({
      row,
      baseline,
      measures: { ...all(interval(low, high)), ...(ndcg && { 'ndcg@10': interval(...ndcg) }) },
    })),
  }
}
const setting = {
  teacherFromScratch: true,
  simulatedClicks: false,
  missing: [],
  notices: [],
  verdict: { bundled: true, served: true, below: [], undecided: [] },
}
const say = (...input: Parameters<typeof table>) => sentences(table(...input), undefined, setting).join('\n')

describe('which row is best', () => {
  it('follows the figures', () => {
    expect(say({ bm25: 0.4, student: 0.5 })).toContain(
      'Best in MRR@10 on the test split (50 queries): student with 0.500 [0.400, 0.600], before bm25 with 0.400 [0.300, 0.500].',
    )
    expect(say({ bm25: 0.6, student: 0.5 })).toContain('bm25 with 0.600 [0.500, 0.700], before student')
  })
  it('names both of two that are equal', () => {
    expect(say({ bm25: 0.5, student: 0.5, teacher: 0.4 })).toContain('bm25 and student with 0.500')
  })
})

describe('a difference', () => {
  it('is said by its side of 0, where it is significant', () => {
    const against = (low: number, high: number) => say({ bm25: 0.4 }, [['student_int8', 'bm25', low, high]])
    expect(against(0.02, 0.1)).toContain(
      'student_int8 is significantly above bm25 in MRR@10 (+0.060 [+0.020, +0.100], p = 0.040) and nDCG@10 (+0.060 [+0.020, +0.100], p = 0.040).',
    )
    expect(against(-0.1, -0.02)).toContain(
      'student_int8 is significantly below bm25 in MRR@10 (−0.060 [−0.100, −0.020]',
    )
    expect(against(-0.02, 0.1)).toContain('student_int8 is not significantly different from bm25 in MRR@10')
  })
  it('is said of each measure where they differ', () => {
    expect(say({ bm25: 0.4 }, [['student_int8', 'bm25', -0.02, 0.1, [-0.077, -0.02]]])).toContain(
      'student_int8 is not significantly different from bm25 in MRR@10 (+0.040 [−0.020, +0.100], p = 0.400); significantly below bm25 in nDCG@10 (−0.049 [−0.077, −0.020], p = 0.040).',
    )
  })
  it('is significant only after the correction for all that is said', () => {
    const alone = table({ bm25: 0.4 }, [['student_int8', 'bm25', 0.02, 0.1]])
    const more = table({ bm25: 0.4 }, [
      ['student_int8', 'bm25', 0.02, 0.1],
      ['student', 'student_labels', -0.1, 0.1],
    ])
    const said = (table: Table) =>
      sentences(correctFor(table, comparisonsSaid(table.info)), undefined, setting).join('\n')
    // two measures: .04 twice is .08 for the first of them
    expect(said(alone)).toContain(
      'not significantly different from bm25 in MRR@10 (+0.060 [+0.020, +0.100], p = 0.040, corrected 0.080)',
    )
    expect(said(more)).toContain('corrected 0.160')
    expect(said(more)).toContain('for the 4 comparisons in these sentences')
  })
  it('between distilled and labelled says what distillation gave', () => {
    const distilled = (low: number, high: number) =>
      say({ bm25: 0.4 }, [['student', 'student_labels', low, high]])
    expect(distilled(0.01, 0.1)).toContain('Distillation makes the student significantly better than')
    expect(distilled(-0.05, 0.05)).toContain('Distillation makes no significant difference to the student')
    expect(distilled(-0.1, -0.01)).toContain('Distillation makes the student significantly worse than')
  })
  it('between teacher and labelled student says what there is to hand on', () => {
    const teacher = (low: number, high: number) =>
      say({ bm25: 0.4 }, [['teacher', 'student_labels', low, high]])
    expect(teacher(-0.1, -0.01)).toMatch(
      /trained from scratch.* is significantly worse than .* no advantage that distillation could pass on/,
    )
    expect(teacher(-0.05, 0.05)).toMatch(
      /is not significantly better than .* no advantage that distillation could pass on/,
    )
    expect(teacher(0.01, 0.1)).toMatch(
      /is significantly better than the student that learned from the labels/,
    )
    expect(teacher(0.01, 0.1)).not.toMatch(/no advantage/)
    const pretrained = sentences(
      table({ bm25: 0.4 }, [['teacher', 'student_labels', -0.1, 0.1]]),
      undefined,
      {
        ...setting,
        teacherFromScratch: false,
      },
    ).join('\n')
    expect(pretrained).toContain('The teacher is not significantly better than')
    expect(pretrained).not.toContain('scratch')
  })
  it('between teacher and first stage is said whether there is a student or not', () => {
    expect(say({ bm25: 0.4 }, [['teacher', 'bm25', -0.3, -0.1]])).toContain(
      'teacher is significantly below bm25 in MRR@10',
    )
  })
  it('is not spoken of when a row is not there', () => {
    expect(say({ bm25: 0.4, student: 0.5 })).not.toMatch(/distillation|student_int8 is|the teacher/i)
  })
})

it('says that clicks are simulated, what is missing and which queries cannot count, when it is so', () => {
  expect(say({ bm25: 0.4 })).not.toMatch(/simulated|Not there|have no relevant/)
  const text = sentences({ ...table({ bm25: 0.4 }), withoutRelevant: 3 }, undefined, {
    ...setting,
    teacherFromScratch: false,
    simulatedClicks: true,
    missing: ['the row teacher', 'the training curve of cpt'],
  }).join('\n')
  expect(text).toContain('The clicks are simulated')
  expect(text).toContain('Missing, so left out: the row teacher; the training curve of cpt.')
  expect(text).toContain('3 of 50 queries have no relevant document')
})

it('says how far int8 is from fp32', () => {
  const agreed = {
    row: 'student_int8',
    reference: 'student',
    pairs: 12345,
    maxDifference: 0.0876,
    points: [],
  } as const
  const rest = { meanDifference: 0.01234, rankCorrelation: 0.98, sameTop: 0.965 }
  expect(sentences(table({ bm25: 0.4 }), { ...agreed, ...rest }, setting).join('\n')).toContain(
    "by 0.0123 in the mean and 0.0876 at most, over 12,345 pairs; their orders agree with Kendall's tau 0.980, and 96.5 % of the queries have the same document on top.",
  )
})

it('says where a static bi-encoder counts, and only there', () => {
  expect(say({ student: 0.5 })).not.toContain('static bi-encoder')
  const plain = table({ student: 0.5 })
  const info = plain.info.map((row) => (row.name === 'student' ? { ...row, staticWeight: 7.5 } : row))
  expect(sentences({ ...plain, info }, undefined, setting).join('\n')).toContain(
    'The static bi-encoder, the cosine of summed word rows, is added to the network in student (7.5); student_network has neither.',
  )
})

describe('what should not be served', () => {
  const verdict = { bundled: false, served: true, below: [], undecided: [] }
  const first = (given: object, low = -0.1, high = -0.02) =>
    sentences(table({ bm25: 0.4 }, [['student_int8', 'bm25', low, high]]), undefined, {
      ...setting,
      verdict: { ...verdict, ...given },
    })[0]
  const lower = [{ row: 'student_int8', measures: ['ndcg@10'] as const }]
  it('is the first sentence, with what it rests on and what to do', () => {
    expect(first({ below: lower })).toBe(
      'student_int8 ranks significantly below bm25: nDCG@10 −0.060 [−0.100, −0.020], p = 0.040. It is not bundled: the search is better without it.',
    )
    expect(first({ undecided: lower }, -0.12, 0.02)).toBe(
      'student_int8 ranks below bm25, and 50 queries are too few to tell whether this is significant: nDCG@10 −0.050 [−0.120, +0.020], p = 0.400. It is not bundled. Judge more queries, or set bundleUndecided: true in the recipe.',
    )
    expect(first({ undecided: lower, bundled: true })).toContain(
      'only because the recipe insists (bundleUndecided)',
    )
    expect(first({ served: false })).toContain('No model is served, so nothing is bundled')
    expect(first({ bundled: true })).toContain('Best in MRR@10')
  })
})

// Advice from the figures of the report: how far the served model is below a perfect order, and which change
// can gain which part of that. A larger student can gain the difference between the served model and its
// teacher; a better teacher the difference between the teacher and the best order of the candidates; no
// reranker can gain the rest, which is missing from the list.
import { plain, side, signed, type Tested } from '../figures/figures.ts'

export type Lever =
  | 'judged-queries'
  | 'int8'
  | 'first-stage'
  | 'larger-student'
  | 'better-teacher'
  | 'training-queries'

export interface Advice {
  readonly lever: Lever
  /** upper bound of its gain in nDCG@10, if a figure gives one */
  readonly atMost?: number
  readonly sentence: string
}

/** Figures of nDCG@10 on the test split. */
export interface AdviceFacts {
  /** queries of the split */
  readonly queries: number
  readonly served: number
  /** served minus first stage */
  readonly overFirst: Tested
  /** of the best order of the candidates */
  readonly ceiling: number
  /** maximal number of documents in a list */
  readonly depth: number
  /** its figure, and teacher minus served by a separate paired test */
  readonly teacher?: { readonly value: number; readonly over: Tested } | undefined
  /** int8 minus float32 */
  readonly int8?: Tested | undefined
  /** the teacher does not start from a pre-trained language model */
  readonly teacherFromScratch: boolean
  /** number of graded queries for training, if known */
  readonly trainQueries?: number | undefined
}

/**
 * number of graded train queries below which a pipeline from scratch was above BM25 on no public set (LOG.md)
 */
const FEW_TRAIN_QUERIES = 1_000
/** above this number, judging more queries is no sensible way to show a difference */
const MOST_QUERIES = 100_000

/** The changes worth trying, the most important first; empty if no figure suggests one. */
export function adviseNext(facts: AdviceFacts): Advice[] {
  return [
    ...judgeMore(facts),
    ...finerInt8(facts),
    ...firstStage(facts),
    ...student(facts),
    ...teacher(facts),
    ...training(facts),
  ]
}

function judgeMore({ queries, overFirst }: AdviceFacts): Advice[] {
  const { value, low, high } = overFirst
  if (side(overFirst) !== 'level') return []
  const lever = 'judged-queries'
  const found = `the difference from the first stage, ${signed(value)} nDCG@10, is not significant on ${queries} queries`
  if (value <= 0)
    return [{ lever, sentence: `Change the model before you judge more: ${found}, and not above 0.` }]
  // the interval shrinks with the square root of the number of queries
  const needed = queries * ((high - low) / 2 / value) ** 2
  const rounded = Number(Math.max(needed, queries + 1).toPrecision(2))
  return [
    {
      lever,
      sentence:
        rounded > MOST_QUERIES
          ? `Look for a larger gain before you judge more: ${found}, and a gain this small needs more than ${MOST_QUERIES.toLocaleString('en')}.`
          : `Judge more test queries: ${found}. If the gain is as large as measured, about ${rounded.toLocaleString('en')} queries show it.`,
    },
  ]
}

function finerInt8({ int8 }: AdviceFacts): Advice[] {
  if (int8 === undefined || side(int8) !== 'below') return []
  return [
    {
      lever: 'int8',
      atMost: -int8.value,
      sentence: `Lower maxLoss in packages/onnx/recipes/quantize.ts, so that activations are quantised finer: int8 is significantly below float32 (${signed(int8.value)} nDCG@10).`,
    },
  ]
}

function firstStage({ served, ceiling, depth }: AdviceFacts): Advice[] {
  const lost = 1 - ceiling
  if (lost <= Math.max(0, ceiling - served)) return []
  return [
    {
      lever: 'first-stage',
      atMost: lost,
      sentence: `Improve the first stage: even a perfect order of its lists (${depth} documents at most) has nDCG@10 ${plain(ceiling)}. The ${plain(lost)} above that is more than any reranker can still gain (${plain(Math.max(0, ceiling - served))}).`,
    },
  ]
}

function student({ teacher, served }: AdviceFacts): Advice[] {
  if (teacher === undefined || side(teacher.over) !== 'above') return []
  const { value, low, high } = teacher.over
  return [
    {
      lever: 'larger-student',
      atMost: value,
      sentence: `Try a larger student, or let it learn from more queries: the teacher is above the served model by ${plain(value)} nDCG@10 [${plain(low)}, ${plain(high)}] (${plain(teacher.value)} against ${plain(served)}).`,
    },
  ]
}

function teacher({ teacher, served, ceiling, teacherFromScratch }: AdviceFacts): Advice[] {
  if (teacher === undefined || ceiling <= teacher.value) return []
  const caughtUp = side(teacher.over) !== 'above'
  const how = teacherFromScratch
    ? 'Try a pre-trained teacher (npm run start:pretrained)'
    : 'Try a stronger teacher, or one more (`teachers` in recipes/score.ts)'
  const why = caughtUp
    ? `the served model (${plain(served)}) is level with its teacher (${plain(teacher.value)}), so a larger student has nothing more to learn from it`
    : `the teacher has ${plain(teacher.value)}`
  return [
    {
      lever: 'better-teacher',
      atMost: ceiling - teacher.value,
      sentence: `${how}: ${why}. A perfect order of the same lists has ${plain(ceiling)}.`,
    },
  ]
}

function training({ trainQueries, teacherFromScratch }: AdviceFacts): Advice[] {
  if (trainQueries === undefined || trainQueries >= FEW_TRAIN_QUERIES) return []
  const instead = teacherFromScratch ? ', or start from published weights' : ''
  return [
    {
      lever: 'training-queries',
      sentence: `Bring more graded train queries${instead}: there are ${trainQueries.toLocaleString('en')}, and from scratch a gain is unlikely below ${FEW_TRAIN_QUERIES.toLocaleString('en')}.`,
    },
  ]
}

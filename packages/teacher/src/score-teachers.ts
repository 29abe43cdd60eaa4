// The teachers that a recipe of `score` may name, each as something that gives a raw score to every candidate.
import { type Pairs, SPLITS } from '@disranker/dataset'
import { type Item, readScores, type Scores, scoreSplits } from '@disranker/ranking'
import { findManifest, InputError, type Work } from '@disranker/stage'
import { scorePairs } from '@disranker/transformer'
import { readTeacher } from './teacher-folder.ts'

interface Weighed {
  /** how loud its voice is in the sum; 'auto': chosen on validation */
  readonly weight: number | 'auto'
  /** of its row in the report; what it is made from when not given */
  readonly name?: string
}

/** The decoder that a stage left. */
export interface DecoderTeacher extends Weighed {
  readonly decoder: 'sft'
}

/** The scores that a stage left for every candidate. */
export interface StageTeacher extends Weighed {
  readonly scores: string
}

export type TeacherRecipe = DecoderTeacher | StageTeacher

export interface Taught {
  readonly name: string
  /** what it is, in a few words */
  readonly what: string
  readonly scores: Scores
  /** whether another stage's row in the report is this one */
  readonly hasRow: boolean
  /** lexical overlap as the model reads it */
  readonly overlap?: (items: readonly Item[]) => ArrayLike<number>
}

export interface Classroom {
  readonly pairs: Pairs
  readonly work: Work
  /** folders of the stages, by name */
  readonly stages: Readonly<Record<string, string>>
  readonly queriesPerShard: number
  readonly tokensPerBatch: number
}

/** The stage whose folder a teacher is read from, if there is one. */
export const stageOf = (teacher: TeacherRecipe): string =>
  'decoder' in teacher ? teacher.decoder : teacher.scores

/** What a teacher is called. */
export const nameOf = (teacher: TeacherRecipe): string => teacher.name ?? stageOf(teacher)

/**
 * All that a teacher has to say.
 * @returns undefined when the stage it comes from left its work out, which is said
 * @throws {InputError} when it lacks a candidate, or its stage leaves no scores
 */
export async function ask(teacher: TeacherRecipe, room: Classroom): Promise<Taught | undefined> {
  const name = nameOf(teacher)
  const folder = room.stages[stageOf(teacher)]!
  const leftOut = findManifest(folder)?.metrics.leftOut
  if (leftOut !== undefined) {
    room.work.progress.say(`score: goes on without the teacher ${name}: ${leftOut}`)
    return undefined
  }
  if ('scores' in teacher)
    return {
      name,
      what: `the scores of ${teacher.scores}`,
      scores: readScores(folder, room.pairs),
      hasRow: true,
    }
  return askDecoder(name, folder, room)
}

async function askDecoder(name: string, folder: string, room: Classroom): Promise<Taught> {
  const { pairs, work, queriesPerShard, tokensPerBatch } = room
  const { decoder, encoder } = readTeacher(folder)
  const encode = ({ query, document }: Item) => encoder.encode(query, document)
  const scores = await scoreSplits({
    name,
    pairs,
    work,
    queriesPerShard,
    score: (items) => scorePairs(decoder, items.map(encode), tokensPerBatch),
  })
  decoder.dispose()
  return {
    name,
    what: 'decoder: continued pre-training, then ranking',
    scores,
    hasRow: false,
    overlap: (items) => Float64Array.from(items, (item) => encode(item).overlap),
  }
}

/** Candidates of every split, for the manifest. */
export const countPairs = (pairs: Pairs): Record<string, number> =>
  Object.fromEntries(
    SPLITS.map((split) => {
      let count = 0
      for (const [, rows] of pairs.candidates(split)) count += rows.length
      return [split, count]
    }),
  )

/**
 * The folders of the stages that a recipe names.
 * @throws {InputError} when it names one that leaves nothing to `score`, or two teachers by one name
 */
export function usedStages(
  teachers: readonly TeacherRecipe[],
  stages: Readonly<Record<string, string>>,
): Record<string, string> {
  const names = teachers.map(nameOf)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined)
    throw new InputError(
      `recipes/score.ts has two teachers called ${twice}. Give one of them another \`name\`.`,
    )
  return Object.fromEntries(
    teachers.map((teacher) => {
      const stage = stageOf(teacher)
      const folder = stages[stage]
      if (folder === undefined)
        throw new InputError(
          `recipes/score.ts names the stage ${stage}, which is not before score. Wanted: one of ${Object.keys(stages).join(', ')}. A stage is added with TEACHING in packages/stage/src/river.ts and with dependsOn of score in turbo.json.`,
        )
      return [stage, folder]
    }),
  )
}

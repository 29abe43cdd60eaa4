// The input and the output of a teacher.
import { join } from 'node:path'
import type { Pairs, Split } from '@disranker/dataset'
import type { Item, Scores, SeedScores } from '@disranker/ranking'
import type { Work } from '@disranker/stage'
import type { TeacherFacts } from './teacher-facts.ts'
export interface TeacherAnswer {
  readonly name: string
  /** what it is, in a few words */
  readonly what: string
  /** splits that are not asked for may be empty */
  readonly scores: Scores
  /** whether another stage's row in the report is this one */
  readonly hasRow: boolean
  /** of the same recipe from other seeds */
  readonly seeds?: readonly (readonly [seed: number, scores: SeedScores])[]
  /** lexical overlap as the model reads it */
  readonly overlap?: (items: readonly Item[]) => ArrayLike<number>
}

export interface ScoringContext {
  readonly pairs: Pairs
  /** that networks of this machine are asked for */
  readonly splits: readonly Split[]
  /** folder of the pairs stage */
  readonly pairsFolder: string
  readonly work: Work
  /** folders of the stages, by name */
  readonly stages: Readonly<Record<string, string>>
  /** folder of what a person brings */
  readonly input: string
  /** by the name of their teacher */
  readonly checkpoints: TeacherFacts['checkpoints']
  /** folder of what is kept between runs: answers of servers, and raw scores */
  readonly kept: string
  /** names of the raw scores that this run took from it or left in it */
  readonly used: Set<string>
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly queriesPerShard: number
  readonly tokensPerBatch: number
}

/** The folder of the answers that servers gave. */
export const answersIn = (kept: string): string => join(kept, 'answers')

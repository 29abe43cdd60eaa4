// The input and the output of a teacher.
import { join } from 'node:path'
import type { Pairs, Split } from '@disranker/dataset'
import type { Item, Scores, SeedScores } from '@disranker/ranking'
import type { Work } from '@disranker/stage'
import type { TeacherFacts } from './teacher-facts.ts'
export interface TeacherAnswer {
  readonly name: string
  /** a short description */
  readonly what: string
  /** splits that are not requested may be empty */
  readonly scores: Scores
  /** whether the row of another stage in the report is the same */
  readonly hasRow: boolean
  /** by the same recipe from other seeds */
  readonly seeds?: readonly (readonly [seed: number, scores: SeedScores])[]
  /** lexical overlap as the model reads it */
  readonly overlap?: (items: readonly Item[]) => ArrayLike<number>
}

export interface ScoringContext {
  readonly pairs: Pairs
  /** the splits that networks on this machine score */
  readonly splits: readonly Split[]
  /** folder of the pairs stage */
  readonly pairsFolder: string
  readonly work: Work
  /** folders of the stages, by name */
  readonly stages: Readonly<Record<string, string>>
  /** folder of the user's files */
  readonly input: string
  /** by the name of their teacher */
  readonly checkpoints: TeacherFacts['checkpoints']
  /** folder of data that is kept between runs: answers of servers, and raw scores */
  readonly kept: string
  /** names of the raw scores in it that this run read or wrote */
  readonly used: Set<string>
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly queriesPerShard: number
  readonly tokensPerBatch: number
}

/** The folder of the servers' answers. */
export const answersIn = (kept: string): string => join(kept, 'answers')

// The recipe of a student, for any objective.
import { type BySize, groups, lexicalWeight, type ScoredGroupOptions } from '@disranker/ranking'
import { modelOf, type objective, recipeParts } from '@disranker/training'
import { encoders } from '@disranker/transformer'
import { z } from 'zod'
import type { FromInit, FromScratch } from './network/student-start.ts'

const { count, share } = recipeParts

const learning = {
  ...recipeParts.seeds,
  /** steps `'auto'`: PASSES passes over the train queries */
  training: recipeParts.derivedTraining,
  /** queries a step, each with a group of documents */
  queries: count,
  /** with a hardShare of 1 a group has candidates only, all of which a teacher has scored */
  groups,
  /** share of the words that are hidden in training */
  wordDropout: share.lt(1),
  /**
   * share of the steps, the last ones, that round weights and activations as int8 will, so that the student
   * adapts to it; 0 by default
   */
  int8Share: share.exactOptional(),
  /** 0 for a model without it */
  lexicalWeight,
  /** the same for the static bi-encoder: 0 for none */
  staticWeight: lexicalWeight,
  /**
   * `earned`: the network is not served if, by cross-validation, its gain over static bi-encoder and lexical
   * overlap is below one standard error; and it is not trained at all if few train queries are judged and the
   * static bi-encoder has learned from none of them. `always` by default
   */
  network: z.enum(['always', 'earned']).exactOptional(),
}
export type Learning = Readonly<z.output<z.ZodObject<typeof learning>>>

export interface FromScratchRecipe extends Pick<FromScratch, 'words'> {
  /** one for all, or one each for few and for many judged train queries */
  readonly model: FromScratch['model'] | BySize<FromScratch['model']>
  readonly vocabulary: z.output<typeof recipeParts.vocabulary>
}

export interface FromInitRecipe {
  readonly init: Omit<FromInit['init'], 'lengths'> & {
    readonly lengths?: z.output<typeof recipeParts.lengths>
  }
}

type StartRecipe = FromScratchRecipe | FromInitRecipe
/** lengths and size of the vocabulary may be `'auto'`: derived from the log */
export type StudentRecipe = Learning & StartRecipe

/** The recipe of a student, and its objective: losses, each with its weight. */
export type DistilledRecipe = Omit<Learning, 'groups'> &
  StartRecipe & {
    /** groups may also have ungraded queries, and be spread over a teacher's scores */
    readonly groups: ScoredGroupOptions
    readonly objective: z.output<typeof objective>
  }

const model = modelOf(encoders)
const scratch = {
  vocabulary: recipeParts.vocabulary,
  words: z.string().min(1).exactOptional(),
  model: recipeParts.formBy<FromScratchRecipe['model']>(
    'few',
    z.strictObject({ few: model, many: model }),
    model,
  ),
}
const init = z.strictObject({
  from: z.string().min(1),
  revision: z.string().min(1).exactOptional(),
  layers: z.union([count, z.array(z.int().min(0)).min(1).readonly()]).exactOptional(),
  vocabulary: z.enum(['whole', 'corpus']).exactOptional(),
  lengths: recipeParts.lengths.exactOptional(),
  trains: z.strictObject({ embeddings: z.boolean(), lastLayers: count.exactOptional() }).exactOptional(),
})

/** `init` names the start of a student; by default it is made from scratch. */
export const studentSchema = <Recipe>(shape: z.ZodRawShape) =>
  recipeParts.formBy<Recipe>(
    'init',
    z.strictObject({ ...learning, ...shape, init }),
    z.strictObject({ ...learning, ...shape, ...scratch }),
  )

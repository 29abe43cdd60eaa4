// What the recipe of a student may hold, whatever it learns from.
import { type BySize, groups, lexicalWeight, type ScoredGroupOptions } from '@disranker/ranking'
import { modelOf, type objective, recipeParts } from '@disranker/training'
import { encoders } from '@disranker/transformer'
import { z } from 'zod'
import type { FromInit, FromScratch } from './network/student-start.ts'

const { count, share } = recipeParts

const learning = {
  ...recipeParts.seeds,
  /** steps `'auto'`: the train queries PASSES times */
  training: recipeParts.derivedTraining,
  /** queries a step, each with a group of documents */
  queries: count,
  /** with a hardShare of 1 a group holds candidates alone, which is what a teacher has scored */
  groups,
  /** share of the words that are hidden from the model in training */
  wordDropout: share.lt(1),
  /**
   * share of the steps, the last ones, in which weights and activations are rounded as int8 will round them, so that the student
   * learns to do with that; 0 by default
   */
  int8Share: share.exactOptional(),
  /** 0 for a model that needs none */
  lexicalWeight,
  /** the same for the static bi-encoder: 0 for none */
  staticWeight: lexicalWeight,
  /**
   * `earned`: the network is left out of what is served where, by cross-validation, it adds no more to static bi-encoder and lexical
   * overlap than its own standard error; and it is not trained at all where few train queries are judged and the static bi-encoder was
   * learned from none of them. `always` by default
   */
  network: z.enum(['always', 'earned']).exactOptional(),
}
export type Learning = Readonly<z.output<z.ZodObject<typeof learning>>>

export interface FromScratchRecipe extends Pick<FromScratch, 'words'> {
  /** one for all, or by whether the log has few judged train queries */
  readonly model: FromScratch['model'] | BySize<FromScratch['model']>
  readonly vocabulary: z.output<typeof recipeParts.vocabulary>
}

export interface FromInitRecipe {
  readonly init: Omit<FromInit['init'], 'lengths'> & {
    readonly lengths?: z.output<typeof recipeParts.lengths>
  }
}

type StartRecipe = FromScratchRecipe | FromInitRecipe
/** lengths and size of the vocabulary may be `'auto'`: taken from the log */
export type StudentRecipe = Learning & StartRecipe

/** The recipe of a student, and what it learns: losses, each with its weight. */
export type DistilledRecipe = Omit<Learning, 'groups'> &
  StartRecipe & {
    /** groups may also be of ungraded queries, and spread over a teacher's scores */
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

/** `init` names what a student starts from; without it, all is made from scratch. */
export const studentSchema = <Recipe>(shape: z.ZodRawShape) =>
  recipeParts.formBy<Recipe>(
    'init',
    z.strictObject({ ...learning, ...shape, init }),
    z.strictObject({ ...learning, ...shape, ...scratch }),
  )

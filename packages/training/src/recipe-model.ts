// The network of a recipe: keys of config.json, checked by the architecture that they name, except those that
// the vocabulary decides.
import { nearest } from '@disranker/stage'
import { z } from 'zod'
import { formsOf } from './recipe-parts.ts'

/** The facts that a recipe needs of an architecture's config.json. */
interface Described {
  readonly modelType: string
  readonly config: z.ZodType
}

/** The keys that a learned vocabulary decides; any values will do for the check. */
const DECIDED = { vocab_size: 512, max_position_embeddings: 64, type_vocab_size: 2 }

/** A schema of networks of the given architectures. */
export const modelOf = (architectures: readonly Described[]) =>
  z
    .looseObject({ model_type: z.string() })
    .superRefine((model, context) => {
      const found = architectures.find(({ modelType }) => modelType === model.model_type)
      const add = (path: PropertyKey[], message: string) =>
        context.addIssue({ code: 'custom', path, message })
      if (found === undefined)
        return add(
          ['model_type'],
          `wanted one of ${architectures.map(({ modelType }) => modelType).join(', ')}`,
        )
      const known = Object.keys((found.config as { readonly shape?: object }).shape ?? {})
      const decided = Object.entries(DECIDED).filter(([key]) => known.includes(key))
      const { error } = found.config.safeParse({ ...model, ...Object.fromEntries(decided) })
      for (const issue of error?.issues ?? []) {
        if (issue.code !== 'unrecognized_keys') add([...issue.path], issue.message)
        else
          for (const key of issue.keys) {
            const meant = nearest(key, known)
            add([...issue.path, key], `not known${meant === undefined ? '' : `; did you mean ${meant}?`}`)
          }
      }
    })
    .meta({ forms: formsOf(...architectures.map(({ config }) => config)).forms.map(withoutDecided) })

/** The keys that a recipe gives: those that the vocabulary decides are left out. */
const withoutDecided = ({ properties = {}, required = [], ...form }: z.core.JSONSchema.JSONSchema) => ({
  ...form,
  properties: Object.fromEntries(Object.entries(properties).filter(([key]) => !(key in DECIDED))),
  required: required.filter((key) => !(key in DECIDED)),
})

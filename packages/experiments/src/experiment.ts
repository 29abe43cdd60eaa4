// The definition of an experiment: the file that a team writes, checked before deployment.
import { z } from 'zod'
import { conflictOf } from './layers.ts'

/** The arm that keeps the caller's own order. */
export const REQUEST_ORDER = 'request-order'

/** The arm of units that see no experiment, so that the sum of all changes can be measured. */
export const HOLDOUT = 'holdout'

const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'lower-case letters, digits and hyphens, at most 64')

const arm = z.strictObject({
  name: name.refine((text) => text !== HOLDOUT, `"${HOLDOUT}" is the arm of units outside the experiment`),
  /** a model id as in a request, or the caller's own order; no arm has one if the caller acts on the arm */
  model: z.string().min(1).max(200).optional(),
  /** weight of the model's position in the average with the position in the request */
  mix: z.number().gt(0).lte(1).default(1),
  /** share of the units, relative to the other arms */
  weight: z.number().positive().default(1),
})

const schema = z
  .strictObject({
    name,
    /** the unit that sees the same arm on every request */
    unit: z.union([z.enum(['client_id', 'session_id']), z.templateLiteral(['header:', z.string()])]),
    /** a new salt assigns the units anew */
    salt: z
      .string()
      .regex(/^[^:]{1,64}$/, '1 to 64 characters without a colon')
      .optional(),
    /** `ab`: each unit sees one arm. `team-draft`: two arms in one list. `explore`: one arm with neighbours swapped */
    design: z.enum(['ab', 'team-draft', 'explore']).default('ab'),
    /** the first arm is the control */
    arms: z.array(arm).min(1).max(8),
    start: z.iso.datetime({ offset: true }),
    end: z.iso.datetime({ offset: true }),
    /** share of the units that take no part and see the caller's own order */
    holdout: z.number().min(0).max(0.5).default(0),
    /** share of the searches with swapped neighbours; for the design `explore` */
    share: z.number().gt(0).max(1).default(0.01),
    /**
     * for arms without a model: the part of the page that the caller changes, such as `snippets`. Experiments
     * of one layer cannot run on one request; by default each has its own layer
     */
    layer: name
      .refine((text) => text !== 'model' && text !== 'swaps', 'that is a layer of the ranking itself')
      .optional(),
    /** only requests of these applications or with these keys, by the name of the key */
    only: z
      .strictObject({ applications: z.array(z.string()).min(1), keys: z.array(z.string()).min(1) })
      .partial()
      .optional(),
  })
  .superRefine(({ design, arms, layer, start, end }, context) => {
    const wrong = (message: string, ...path: string[]) => context.addIssue({ code: 'custom', message, path })
    const wanted = { ab: 'at least two arms', 'team-draft': 'exactly two arms', explore: 'exactly one arm' }
    const right = { ab: arms.length >= 2, 'team-draft': arms.length === 2, explore: arms.length === 1 }
    if (!right[design])
      wrong(`the design "${design}" needs ${wanted[design]}, and there are ${arms.length}`, 'arms')
    if (new Set(arms.map((each) => each.name)).size < arms.length)
      wrong('two arms have the same name', 'arms')
    const models = arms.filter(({ model }) => model !== undefined).length
    if (models > 0 && models < arms.length) wrong('some arms have a model and others have none', 'arms')
    if (models === 0 && design === 'team-draft') wrong('the arms of one list need a model each', 'arms')
    if (models === 0 && arms.some(({ mix }) => mix !== 1)) wrong('a mix needs a model', 'arms')
    if (layer !== undefined && (models > 0 || design === 'explore'))
      wrong('the experiment changes the order, which is a layer of its own. Remove it', 'layer')
    if (Date.parse(start) >= Date.parse(end)) wrong('the end is not after the start', 'end')
  })

export type Experiment = z.output<typeof schema>
export type Arm = Experiment['arms'][number]

const fileSchema = z
  .strictObject({ $schema: z.string().optional(), experiments: z.array(schema).max(32) })
  .superRefine(({ experiments }, context) => {
    if (new Set(experiments.map((each) => each.name)).size < experiments.length)
      context.addIssue({
        code: 'custom',
        message: 'two experiments have the same name',
        path: ['experiments'],
      })
    for (const [at, one] of experiments.entries())
      for (const other of experiments.slice(0, at)) {
        const layer = conflictOf(one, other)
        if (layer !== undefined)
          context.addIssue({
            code: 'custom',
            message: `${one.name} and ${other.name} both change the layer "${layer}" while both run for the same callers, so that users' clicks would say nothing of either. Let one end before the other starts, or divide the callers with "only"`,
            path: ['experiments', at],
          })
      }
  })

/** The file of experiments is invalid. */
class ExperimentsError extends Error {}

/**
 * Checks a file of experiments.
 * @param from the name of the file, for the message
 * @throws {ExperimentsError} naming each wrong value, the allowed values and the path
 */
export function parseExperiments(text: string, from = 'experiments.json'): readonly Experiment[] {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new ExperimentsError(`${from} is not JSON: ${(cause as Error).message}`, { cause })
  }
  const found = fileSchema.safeParse(json)
  if (found.success) return found.data.experiments
  const wrong = found.error.issues.map(({ path, message }) => `- ${path.join('.') || 'the file'}: ${message}`)
  throw new ExperimentsError(`${from} cannot be used:\n${wrong.join('\n')}`)
}

/** The JSON schema of the file, for editors and for the check at deploy. */
export const experimentsJsonSchema = (): unknown => z.toJSONSchema(fileSchema, { io: 'input' })

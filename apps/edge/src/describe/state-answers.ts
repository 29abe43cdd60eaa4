// What the routes beside the rerank APIs answer, as schemas for the description.
import { z } from 'zod'

const version = z.string().describe('12 hex digits of the sha256 of its manifest.json')
const files = z.record(z.string(), z.object({ bytes: z.int(), sha256: z.string() }))

export const modelsAnswer = z.object({
  object: z.literal('list'),
  data: z.array(
    z.object({
      id: z.string().describe('the name requests ask for it by'),
      object: z.literal('model'),
      version,
      bytes: z.int().describe('of all files together'),
      files,
      limits: z.record(z.string(), z.number()).describe('what a request may ask for'),
      metrics: z.record(z.string(), z.unknown()).describe('of its training'),
    }),
  ),
})

export const healthAnswer = z.object({
  status: z.literal('ok'),
  model: z
    .object({ name: z.string(), state: z.literal(['not loaded', 'loading', 'ready', 'failed']) })
    .optional()
    .describe('the model that answers requests which name none'),
})

export const readyAnswer = z.object({
  status: z.literal('ready'),
  model: z.string(),
  version,
  checked: z
    .boolean()
    .describe('whether the bundle names a pair, and the model gave it the score it should have'),
})

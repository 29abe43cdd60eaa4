// models.json: the models, their versions, and the served version of each. One schema for reading and writing
// it.
import { z } from 'zod'
import { unusableBundle } from '../api-error.ts'

/** The allowed names of a model: a name is part of paths and of answers' headers. */
export const MODEL_ID = /^[\w.-]{1,64}$/

const version = z.string().regex(/^[0-9a-f]{12}$/)
const modelsFile = z.record(
  z.string().regex(MODEL_ID),
  z
    .object({
      /** the served version: the pointer */
      current: version,
      /** when it was written */
      since: z.iso.datetime().optional(),
      versions: z.record(version, z.object({ source: z.literal(['assets', 'r2']) })),
    })
    .refine(({ current, versions }) => current in versions, 'current is not among the versions'),
)
export type ModelsFile = z.infer<typeof modelsFile>

/**
 * @param bytes undefined if there is no file
 * @throws {ApiError} 503: it is invalid
 */
export function parseModels(name: string, bytes: Uint8Array | undefined): ModelsFile | undefined {
  if (bytes === undefined) return undefined
  let content: unknown
  try {
    content = JSON.parse(new TextDecoder().decode(bytes))
  } catch (cause) {
    throw unusableBundle(`${name} is not JSON.`, cause)
  }
  const parsed = modelsFile.safeParse(content)
  if (parsed.success && Object.keys(parsed.data).length > 0) return parsed.data
  const issue = parsed.error?.issues[0]
  throw unusableBundle(
    `${name}: ${issue === undefined ? 'names no model' : `${issue.path.join('.')}: ${issue.message}`}.`,
  )
}

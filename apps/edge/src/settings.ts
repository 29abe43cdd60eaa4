// What a deployment chooses beside its limits: variables and secrets of the Worker, checked.
import { z } from 'zod'
import { type Key, parseKeys } from './access/keys.ts'
import type { OnError } from './ranking/ranking-request.ts'

export interface Settings {
  readonly keys: readonly Key[]
  /** everybody may ask, without a key */
  readonly anonymous: boolean
  /** origins whose pages may ask from a browser */
  readonly origins: readonly string[]
  /** the page's example, or a part of the own corpus, is for everybody; undefined: as createApp has it */
  readonly publishExample: boolean | undefined
  /** for requests that do not say */
  readonly onError: OnError
}

const text = z.string().optional()
const flag = z.union([z.boolean(), z.literal(['true', 'false', '']).transform((value) => value === 'true')])
const schema = z.object({
  RERANK_KEYS: text,
  ALLOW_ANONYMOUS: flag.default(false),
  PUBLISH_EXAMPLE: flag.optional(),
  ALLOWED_ORIGINS: text
    .transform((value) =>
      (value ?? '')
        .split(',')
        .map((one) => one.trim())
        .filter(Boolean),
    )
    .pipe(
      z.array(
        z.union([z.literal('*'), z.url()], {
          error: 'wanted origins like https://example.org, with commas between',
        }),
      ),
    ),
  ON_ERROR: z.literal(['fail', 'passthrough']).default('fail'),
})

/** @throws {Error} a variable or secret is wrong, named without its value */
export function settingsFrom(variables: Readonly<Record<string, unknown>>): Settings {
  const parsed = schema.safeParse(variables)
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!
    throw new Error(
      `The variable ${String(path[0])} is wrong: ${message}. Change it in wrangler.jsonc under "vars".`,
    )
  }
  const { RERANK_KEYS, ALLOW_ANONYMOUS, ALLOWED_ORIGINS, PUBLISH_EXAMPLE, ON_ERROR } = parsed.data
  return {
    keys: RERANK_KEYS === undefined ? [] : parseKeys(RERANK_KEYS),
    anonymous: ALLOW_ANONYMOUS,
    origins: ALLOWED_ORIGINS,
    publishExample: PUBLISH_EXAMPLE,
    onError: ON_ERROR,
  }
}

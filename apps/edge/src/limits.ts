// What one request may ask for. Every limit is a variable of the Worker (wrangler.jsonc, "vars"), so that a deployment
// changes it without a change of code.
import { z } from 'zod'

export interface Limits {
  /** bytes of a request body */
  readonly bodyBytes: number
  /** documents of a request */
  readonly documents: number
  /** UTF-16 code units of a query */
  readonly queryCharacters: number
  /** tokens the model reads for a request, all documents together */
  readonly tokens: number
}

/** Bounds under which a BERT of 2 layers and 128 wide stays within 30 s of CPU and 128 MB of memory. */
export const DEFAULT_LIMITS: Limits = {
  bodyBytes: 4 * 1024 * 1024,
  documents: 1_000,
  queryCharacters: 8_192,
  tokens: 131_072,
}

const VARIABLES: Readonly<Record<keyof Limits, string>> = {
  bodyBytes: 'MAX_BODY_BYTES',
  documents: 'MAX_DOCUMENTS',
  queryCharacters: 'MAX_QUERY_CHARACTERS',
  tokens: 'MAX_TOKENS',
}

const wholeNumber = z.coerce.number().int().min(1)

/**
 * The limits a Worker's variables ask for; what is not set has its default.
 * @throws {Error} a variable is no whole number of at least 1
 */
export function limitsFrom(variables: Readonly<Record<string, unknown>>): Limits {
  const limits: Record<keyof Limits, number> = { ...DEFAULT_LIMITS }
  for (const name of Object.keys(VARIABLES) as (keyof Limits)[]) {
    const value = variables[VARIABLES[name]]
    if (value === undefined || value === '') continue
    const number = wholeNumber.safeParse(value)
    if (!number.success)
      throw new Error(
        `The variable ${VARIABLES[name]} is ${JSON.stringify(value)}: wanted a whole number of at least 1. ` +
          'Change it in wrangler.jsonc under "vars".',
      )
    limits[name] = number.data
  }
  return limits
}

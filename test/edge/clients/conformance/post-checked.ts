// One request to an API without an npm client: its answer, checked by a schema, and its error.
import { z } from 'zod'
import type { Refused, Server } from './conformance.ts'

export const int = z.int().min(0)

class Thrown extends Error {
  readonly status: number
  readonly body: unknown
  constructor(status: number, body: unknown) {
    super(`status ${status}`)
    this.status = status
    this.body = body
  }
}

/** The original's answer, parsed; @throws {Thrown} its error for a request that it refuses */
export async function post<Answer>(
  { url, key, fetch }: Server,
  path: string,
  body: object,
  answer: z.ZodType<Answer>,
): Promise<Answer> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const read = await response.json()
  if (!response.ok) throw new Thrown(response.status, read)
  return answer.parse(read)
}

/** @param error the body of an error, as the original's clients read it */
export const refusedBy =
  <Body>(error: z.ZodType<Body>, message: (body: Body) => string) =>
  (thrown: unknown): Refused => {
    if (!(thrown instanceof Thrown)) throw thrown
    return { status: thrown.status, message: message(error.parse(thrown.body)) }
  }

/** OpenAI's, as vLLM, Infinity and llama.cpp write it */
export const openAiRefused = refusedBy(
  z.object({ error: z.object({ message: z.string(), type: z.string(), code: z.int() }) }),
  ({ error }) => error.message,
)

export const ranked = ({ index, relevance_score: score }: { index: number; relevance_score: number }) => ({
  index,
  score,
})
export const usage = z.object({ prompt_tokens: int, total_tokens: int })

// One request to a server that may be slow, busy or broken. It is retried after the pause that the server names, or after random pauses
// that grow. The number of requests at once and in a minute is bounded. An error that a retry cannot fix ends at once.
import { setTimeout as sleep } from 'node:timers/promises'
import { InputError } from '@disranker/stage'
import PQueue from 'p-queue'
import pRetry, { AbortError } from 'p-retry'
import { BadAnswer } from './bad-answer.ts'

export interface ServerLimits {
  /** requests at a time */
  readonly concurrency: number
  /** requests a minute; undefined: no limit */
  readonly perMinute?: number | undefined
  /** seconds until a request is aborted */
  readonly timeout: number
  /** number of retries */
  readonly retries: number
}

export interface Address extends ServerLimits {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** the secret that must not be in a message */
  readonly secret?: string | undefined
}

/** Sends JSON and parses the answer with `read`. */
export type Ask = <Answer>(
  body: object,
  read: (answer: unknown) => Answer,
  signal: AbortSignal,
) => Promise<Answer>

/** milliseconds of the first pause, and of the longest pause without Retry-After */
const [FIRST, LONGEST] = [250, 60_000]
/** seconds; if a server requires a longer pause, the work ends */
const PATIENCE = 900
const AGAIN = new Set([408, 409, 425, 429])

/** An error that may disappear on a retry. */
class Busy extends Error {
  override readonly name = 'Busy'
}

/** @param first milliseconds of the first pause; tests use a short one */
export function openServer(address: Address, first = FIRST): Ask {
  const { url, headers, concurrency, perMinute, timeout, retries, secret } = address
  const queue = new PQueue({
    concurrency,
    ...(perMinute !== undefined && { interval: 60_000, intervalCap: perMinute, strict: true }),
  })
  const hidden = (text: string) => (secret ? text.replaceAll(secret, '***') : text)
  /** a Retry-After of one request holds for all */
  let notBefore = 0

  async function attempt<Answer>(body: object, read: (answer: unknown) => Answer, signal: AbortSignal) {
    await sleep(Math.max(0, notBefore - Date.now()), undefined, { signal })
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeout * 1000)]),
    })
    const text = await response.text()
    if (response.ok) return read(parse(text))
    const said = `${response.status}${text === '' ? '' : ` ${text.slice(0, 300)}`}`
    if (!AGAIN.has(response.status) && response.status < 500)
      throw new AbortError(new InputError(hidden(`${url} refuses: ${said}. ${remedy(response.status)}`)))
    const wait = waitOf(response.headers.get('retry-after'))
    if (wait > PATIENCE)
      throw new AbortError(
        new InputError(
          hidden(
            `${url} asks to wait ${Math.round(wait)} s: ${said}. Run again after that: the run resumes.`,
          ),
        ),
      )
    notBefore = Math.max(notBefore, Date.now() + wait * 1000)
    throw new Busy(said)
  }

  return async (body, read, signal) => {
    try {
      return await pRetry(() => queue.add(() => attempt(body, read, signal), { signal }), {
        retries,
        minTimeout: first,
        maxTimeout: LONGEST,
        factor: 2,
        randomize: true,
        signal,
        // p-retry treats unknown errors as bugs of the program
        shouldRetry: () => !signal.aborted,
      })
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof InputError) throw error
      throw new InputError(
        hidden(
          `${url} could not be asked in ${retries + 1} attempts: ${reason(error)}. Run again: the run resumes.`,
        ),
        { cause: error instanceof BadAnswer || error instanceof Busy ? undefined : error },
      )
    }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new BadAnswer(`its answer is no JSON: ${text.slice(0, 100)}`)
  }
}

/** Seconds of a Retry-After header: a number, or a date. */
function waitOf(header: string | null): number {
  if (header === null) return 0
  const seconds = Number(header)
  if (Number.isFinite(seconds)) return Math.max(0, seconds)
  const date = Date.parse(header)
  return Number.isNaN(date) ? 0 : Math.max(0, (date - Date.now()) / 1000)
}

function remedy(status: number): string {
  if (status === 401 || status === 403) return 'Is the key right, and is it allowed to?'
  if (status === 404) return 'Is the path of `url` that of this API, and `model` a model it serves?'
  if (status === 413) return 'Lower `documents` in the recipe.'
  return 'Fix `api`, `model` or `body` in the recipe.'
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return 'it did not answer in time'
  const { cause } = error
  return cause instanceof Error && cause.message !== '' ? `${error.message}, ${cause.message}` : error.message
}

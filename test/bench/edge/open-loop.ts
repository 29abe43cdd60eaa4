// Requests at fixed times, whether or not those before are answered: what users do. A latency counts from the moment a
// request was due, so that a generator that falls behind does not hide it.
import { setTimeout as sleep } from 'node:timers/promises'

export interface Outcome {
  /** 0: no answer */
  readonly status: number
  /** ms from the moment it was due */
  readonly milliseconds: number
  readonly retryAfter: string | null
}

/** ms after which an unanswered request counts as hanging */
const PATIENCE = 30_000

/**
 * @param rate requests a second
 * @param seconds how long requests are sent; all answers are waited for
 */
export async function openLoop(
  url: string,
  bodies: readonly string[],
  headers: Readonly<Record<string, string>>,
  rate: number,
  seconds: number,
): Promise<readonly Outcome[]> {
  const began = performance.now()
  const flights: Promise<Outcome>[] = []
  for (let at = 0; at < rate * seconds; at++) {
    const due = began + (at * 1000) / rate
    const wait = due - performance.now()
    if (wait > 0) await sleep(wait)
    flights.push(send(url, bodies[at % bodies.length]!, headers, due))
  }
  return Promise.all(flights)
}

async function send(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  due: number,
): Promise<Outcome> {
  const signal = AbortSignal.timeout(PATIENCE)
  try {
    const answer = await fetch(url, { method: 'POST', body, headers, signal })
    await answer.arrayBuffer()
    return {
      status: answer.status,
      milliseconds: performance.now() - due,
      retryAfter: answer.headers.get('retry-after'),
    }
  } catch {
    return { status: 0, milliseconds: performance.now() - due, retryAfter: null }
  }
}

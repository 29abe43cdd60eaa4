// Simulates a click log for an example that has none: users read result pages of the first stage, examine
// positions with falling probability and click by the grade (position-based model, Craswell et al. 2008). The
// recipe has every parameter; nothing here was measured on people.
import type { Sampler } from '@disranker/dataset'

export interface ClickSimulation {
  readonly seed: number
  /** sessions for each query */
  readonly sessions: number
  /** results on a page */
  readonly page: number
  /** share of the pages whose results are shuffled, as an online experiment would: without them no model can tell
   * position from relevance */
  readonly shuffled: number
  /** position k is examined with probability 1 / k^eta */
  readonly eta: number
  /** probability of a click after an examination, by grade */
  readonly attraction: readonly number[]
  /** median dwell time after a click, milliseconds, by grade; log-normal with a deviation of 1 */
  readonly dwell: readonly number[]
  /** robots: sessions that click everything on many queries within a minute */
  readonly robots: number
}

export interface Impression {
  readonly timestamp: string
  readonly session_id: string
  readonly query: string
  readonly doc_id: string
  /** 1 for the first */
  readonly position: number
  readonly clicked: boolean
  readonly dwell_ms?: number
}

export interface Shown {
  readonly query: string
  /** the page of the first stage, best first */
  readonly page: readonly string[]
  grade(document: string): number
}

/** Draws the log; equal random numbers give equal logs. */
export function simulateClicks(
  queries: readonly Shown[],
  simulation: ClickSimulation,
  random: Sampler,
): Impression[] {
  const log: Impression[] = []
  let clock = Date.UTC(2025, 0, 1)
  const show = (shown: Shown, session: string, robot: boolean) => {
    const page = random.uniform() < simulation.shuffled ? shuffle(shown.page, random) : shown.page
    for (const [index, document] of page.entries()) {
      const grade = shown.grade(document)
      const seen = robot || random.uniform() < (index + 1) ** -simulation.eta
      const clicked = seen && (robot || random.uniform() < (simulation.attraction[grade] ?? 0))
      const dwell = robot ? 300 : Math.round((simulation.dwell[grade] ?? 0) * Math.exp(normal(random)))
      log.push({
        timestamp: new Date(clock).toISOString(),
        session_id: session,
        query: shown.query,
        doc_id: document,
        position: index + 1,
        clicked,
        ...(clicked && { dwell_ms: dwell }),
      })
    }
  }
  for (const [number, shown] of queries.entries()) {
    for (let session = 0; session < simulation.sessions; session++) {
      clock += 60_000
      show(shown, `s${number}-${session}`, false)
    }
  }
  for (let robot = 0; robot < simulation.robots; robot++) {
    for (let query = 0; query < Math.min(30, queries.length); query++) {
      clock += 1000
      show(queries[random.integer(queries.length)]!, `robot-${robot}`, true)
    }
  }
  return log
}

function shuffle(items: readonly string[], random: Sampler): string[] {
  const shuffled = [...items]
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = random.integer(i + 1)
    ;[shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!]
  }
  return shuffled
}

const normal = (random: Sampler) =>
  Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform())

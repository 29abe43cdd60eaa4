// How likely a position is to be looked at, learned from clicks alone: the position-based model (Craswell et al. 2008),
//   P(click) = theta(position) * gamma(query, document)
// fitted by expectation maximisation (Wang et al. 2018). An item has few impressions, so its gamma is no
// separate parameter (that would bias theta: on the example's log by 70 %). It is drawn from a distribution
// over fixed levels, which is learned, too (Kiefer and Wolfowitz 1956): one for each position, since a first
// stage ranks attractive documents first.
import { breathe } from '@disranker/stage'

/**
 * How often each item was shown and clicked at each position, in columns of equal length; the rows of an item
 * are adjacent.
 */
export interface Observations {
  /** the (query, document) item */
  readonly item: Int32Array
  /** 1 for the first */
  readonly position: Uint8Array
  readonly impressions: Float64Array
  readonly clicks: Float64Array
}

/** items with the same impressions and clicks */
interface History {
  items: number
  /** the position, from 0, at which such an item was shown most */
  readonly home: number
  readonly rows: readonly { readonly k: number; readonly clicks: number; readonly passed: number }[]
}

/**
 * With more impressions the attraction of an item is known more precisely, and levels must lie closer not to
 * bias theta.
 */
const levelsFor = (impressions: number) => Math.min(96, Math.max(16, Math.round(4 * Math.sqrt(impressions))))
// closer together where attraction is low, as most are
const attractionLevels = (count: number) =>
  Float64Array.from({ length: count }, (_, level) => ((level + 0.5) / count) ** 2)

/**
 * Fits the model.
 * @param tolerance stop when no examination probability moves by more
 */
export async function fitPositionModel(
  observations: Observations,
  { tolerance = 1e-4, iterations = 1000 } = {},
): Promise<readonly number[]> {
  const positions = observations.position.reduce((most, position) => Math.max(most, position), 0)
  const histories = gatherHistories(observations)
  let theta = new Float64Array(positions).map((_, k) => 1 / Math.sqrt(k + 1))
  const items = histories.reduce((sum, history) => sum + history.items, 0)
  const impressions = observations.impressions.reduce((sum, count) => sum + count, 0)
  const levels = attractionLevels(levelsFor(impressions / Math.max(1, items)))
  let mixture = new Float64Array(positions * levels.length).fill(1 / levels.length)
  for (let done = 0; done < iterations; done++) {
    const next = improve(theta, mixture, histories, levels)
    const moved = next.theta.reduce((most, value, k) => Math.max(most, Math.abs(value - theta[k]!)), 0)
    theta = next.theta
    mixture = next.mixture
    if (moved < tolerance) break
    await breathe()
  }
  // only products of theta and gamma are observed: the first position sets the scale
  const first = theta[0] || 1
  return [...theta].map((value) => Math.min(1, value / first))
}

/** One step of expectation maximisation. theta: [positions], mixture: [positions, levels]; attraction: [levels]. */
function improve(
  theta: Float64Array,
  mixture: Float64Array,
  histories: readonly History[],
  attraction: Float64Array,
) {
  const count = attraction.length
  const positions = theta.length
  const logClick = new Float64Array(positions * count)
  const logPass = new Float64Array(positions * count)
  // probability that a document without a click was examined
  const lookedAnyway = new Float64Array(positions * count)
  for (let k = 0; k < positions; k++)
    for (let level = 0; level < count; level++) {
      const gamma = attraction[level]!
      const click = theta[k]! * gamma
      logClick[k * count + level] = Math.log(Math.max(click, 1e-300))
      logPass[k * count + level] = Math.log1p(-click)
      lookedAnyway[k * count + level] = (theta[k]! * (1 - gamma)) / (1 - click)
    }
  const logMixture = mixture.map(Math.log)
  const looked = new Float64Array(positions)
  const shown = new Float64Array(positions)
  // every level keeps a small probability, so that none is lost for good
  const levels = new Float64Array(positions * count).fill(1e-6)
  const posterior = new Float64Array(count)
  for (const { items, home, rows } of histories) {
    for (let level = 0; level < count; level++) {
      let log = logMixture[home * count + level]!
      for (const { k, clicks, passed } of rows)
        log += clicks * logClick[k * count + level]! + passed * logPass[k * count + level]!
      posterior[level] = log
    }
    normalise(posterior)
    for (let level = 0; level < count; level++) levels[home * count + level]! += items * posterior[level]!
    for (const { k, clicks, passed } of rows) {
      let share = 0
      for (let level = 0; level < count; level++)
        share += posterior[level]! * lookedAnyway[k * count + level]!
      looked[k]! += items * (clicks + passed * share)
      shown[k]! += items * (clicks + passed)
    }
  }
  const total = new Float64Array(positions)
  for (const [at, value] of levels.entries()) total[Math.floor(at / count)]! += value
  return {
    theta: looked.map((value, k) => (shown[k]! > 0 ? value / shown[k]! : theta[k]!)),
    mixture: levels.map((value, at) => value / total[Math.floor(at / count)]!),
  }
}

/** Turns logarithms into probabilities that sum to 1, in place. */
function normalise(logs: Float64Array): void {
  let most = logs[0]!
  for (let i = 1; i < logs.length; i++) if (logs[i]! > most) most = logs[i]!
  let sum = 0
  for (let i = 0; i < logs.length; i++) {
    logs[i] = Math.exp(logs[i]! - most)
    sum += logs[i]!
  }
  for (let i = 0; i < logs.length; i++) logs[i]! /= sum
}

function gatherHistories({ item, position, impressions, clicks }: Observations): History[] {
  const histories = new Map<string, History>()
  for (let from = 0; from < item.length; ) {
    let to = from
    let home = from
    let name = ''
    for (; to < item.length && item[to] === item[from]; to++) {
      if (impressions[to]! > impressions[home]!) home = to
      name += `${position[to]} ${impressions[to]} ${clicks[to]},`
    }
    const known = histories.get(name)
    if (known !== undefined) known.items++
    else
      histories.set(name, {
        items: 1,
        home: position[home]! - 1,
        rows: Array.from({ length: to - from }, (_, i) => ({
          k: position[from + i]! - 1,
          clicks: clicks[from + i]!,
          passed: impressions[from + i]! - clicks[from + i]!,
        })),
      })
    from = to
  }
  return [...histories.values()]
}

/**
 * Share of the impressions whose item was shown at several positions: only these tell position from
 * attraction.
 */
export function movedShare({ item, impressions }: Observations): number {
  let all = 0
  let moved = 0
  for (const [at, count] of impressions.entries()) {
    all += count
    if (item[at] === item[at - 1] || item[at] === item[at + 1]) moved += count
  }
  return moved / Math.max(1, all)
}

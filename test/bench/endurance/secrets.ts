// Whether the time of a key comparison tells how much of a key is right: keys whose beginning is that of the real key,
// and keys whose SHA-256 begins like the real one's, against keys that share nothing. Rounds take turns, so that a slow
// moment hits all alike.
import { createHash, randomBytes } from 'node:crypto'
import { findKey, type Key } from '@disranker/edge'
import { quantile } from '../edge/example-requests.ts'

const ROUNDS = 400
const CALLS = 50
const REAL = randomBytes(24).toString('hex')
const SHUFFLES = 2_000
const SIGNIFICANT = 0.01

const sumOf = (key: string) => new Uint8Array(createHash('sha256').update(key).digest())

interface Case {
  readonly name: string
  readonly given: string
  readonly keys: readonly Key[]
}

/** The real key's first `shared` characters, then others. */
function sharing(shared: number): Case {
  const flipped = [...REAL].map((digit, at) => (at < shared ? digit : digit === '0' ? '1' : '0')).join('')
  return {
    name: `key shares ${shared} of ${REAL.length} characters`,
    given: flipped,
    keys: [{ name: 'real', sha256: sumOf(REAL) }],
  }
}

/** A key whose sum has the first `shared` bytes of the server's. */
function sharingSum(shared: number): Case {
  const given = 'a key that is not known'
  const sum = sumOf(given).map((byte, at) => (at < shared ? byte : byte ^ 0xff))
  return { name: `sum shares ${shared} of 32 bytes`, given, keys: [{ name: 'real', sha256: sum }] }
}

async function time({ given, keys }: Case): Promise<number> {
  const began = performance.now()
  for (let call = 0; call < CALLS; call++) await findKey(keys, `Bearer ${given}`).catch(() => {})
  return ((performance.now() - began) / CALLS) * 1000
}

/** How often a random split of all times differs as much in its medians as the real one. */
function chance(left: readonly number[], right: readonly number[]): number {
  const median = (values: readonly number[]) => quantile(values, 0.5)
  const seen = Math.abs(median(left) - median(right))
  let state = 1
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  let asMuch = 0
  for (let at = 0; at < SHUFFLES; at++) {
    // rounds are pairs: whether the two of a round change places is a coin
    const [a, b]: [number[], number[]] = [[], []]
    for (const [round, time] of left.entries()) {
      const swap = random() < 0.5
      a.push(swap ? right[round]! : time)
      b.push(swap ? time : right[round]!)
    }
    if (Math.abs(median(a) - median(b)) >= seen) asMuch++
  }
  return asMuch / SHUFFLES
}

/** Prints medians and the chance of the difference; fails when one is significant after Bonferroni. */
export async function run(): Promise<void> {
  const groups = [[0, 8, 16, 32, 47].map(sharing), [0, 1, 8, 16, 31].map(sharingSum)]
  let found = 0
  for (const cases of groups) {
    const times = cases.map((): number[] => [])
    for (const one of cases) for (let warm = 0; warm < 20; warm++) await time(one)
    for (let round = 0; round < ROUNDS; round++)
      for (let at = 0; at < cases.length; at++) {
        const which = (at + round) % cases.length
        times[which]!.push(await time(cases[which]!))
      }
    for (const [at, { name }] of cases.entries()) {
      const median = quantile(times[at]!, 0.5)
      const p = at === 0 ? 1 : chance(times[0]!, times[at]!)
      if (p < SIGNIFICANT / (cases.length - 1)) found++
      console.log(
        `${name.padEnd(34)} median ${median.toFixed(2)} us` +
          (at === 0
            ? ''
            : `, ${(median - quantile(times[0]!, 0.5)).toFixed(3)} us from none, p = ${p.toFixed(3)}`),
      )
    }
  }
  console.log(
    `${ROUNDS} rounds of ${CALLS} calls, paired permutation test: ${found} of 8 differences are significant`,
  )
  if (found > 0) process.exitCode = 1
}

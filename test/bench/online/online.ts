// `npm run bench -- online [experiments]`: the statistics of the report on simulated users whose truth is planted: false positives, coverage,
// what the time before the start is worth, sample-ratio mismatch, and interleaving against A/B. Synthetic users; no log.
import { teamDraft, uniformsOf } from '@disranker/experiments'
import { type Comparison, compareArms } from '@disranker/online/comparison/compare-arms'
import {
  addMoments,
  covariance,
  type Moments,
  momentsOf,
  noMoments,
} from '@disranker/online/comparison/moments'
import {
  adjustmentFrom,
  COLUMN_COUNT,
  estimateAdjusted,
  estimateRatio,
} from '@disranker/online/comparison/ratio'
import { checkSampleRatio } from '@disranker/online/comparison/sample-ratio'
import { estimatePreference, type Points } from '@disranker/online/interleaving/preference'
import { createUsers } from '@disranker/online/testing/simulated-users'

const LOOKS = 30
const UNITS_A_LOOK = 40
const percent = (share: number) => `${(100 * share).toFixed(1)} %`
const outside = ({ low, high }: { low: number; high: number }, truth: number) => truth < low || truth > high

export async function run(): Promise<void> {
  const experiments = Number(process.argv[3] ?? 2000)
  falsePositives(experiments)
  for (const uplift of [0.01, 0.03, 0.06]) coverage(experiments / 4, uplift)
  sampleRatio()
  // interleaving compares two rankings before one user, so it does not pay for how much users differ; an A/B test does
  for (const spread of [0, 1]) interleaving(Math.min(300, experiments), spread)
}

type Arms = readonly [Moments, Moments]

function grow(arms: Arms, draw: ReturnType<typeof createUsers>, units: number, uplift: number): Arms {
  const drawn = ([0, uplift] as const).map((effect) =>
    momentsOf(
      Array.from({ length: units }, () => draw(effect)),
      COLUMN_COUNT,
    ),
  )
  return [addMoments(arms[0], drawn[0]!), addMoments(arms[1], drawn[1]!)]
}

const nobody: Arms = [noMoments(COLUMN_COUNT), noMoments(COLUMN_COUNT)]

function compare(
  [a, b]: Arms,
  plannedUnits: number,
): { readonly plain: Comparison; readonly adjusted: Comparison } {
  const known = adjustmentFrom(addMoments(a, b))
  return {
    plain: compareArms(estimateRatio(a, 'leverage'), estimateRatio(b, 'leverage'), { plannedUnits }),
    adjusted: compareArms(estimateAdjusted(a, known, 'leverage'), estimateAdjusted(b, known, 'leverage'), {
      plannedUnits,
    }),
  }
}

function falsePositives(experiments: number): void {
  const counts = { atTheEnd: 0, alwaysValid: 0, everyLook: 0 }
  for (let number = 0; number < experiments; number++) {
    const draw = createUsers(`aa-${number}`)
    let arms = nobody
    let [valid, fixed, last] = [false, false, false]
    for (let look = 0; look < LOOKS; look++) {
      arms = grow(arms, draw, UNITS_A_LOOK, 0)
      const { adjusted } = compare(arms, LOOKS * UNITS_A_LOOK)
      valid ||= outside(adjusted.alwaysValid, 0)
      last = outside(adjusted.interval, 0)
      fixed ||= last
    }
    if (last) counts.atTheEnd++
    if (valid) counts.alwaysValid++
    if (fixed) counts.everyLook++
  }
  console.log(`A/A, ${experiments} experiments, ${LOOKS} looks, ${LOOKS * UNITS_A_LOOK} users an arm`)
  console.log(
    `  fixed interval, at the planned end   ${percent(counts.atTheEnd / experiments)} found (5 % wanted)`,
  )
  console.log(
    `  always valid, at any look            ${percent(counts.alwaysValid / experiments)} (at most 5 %)`,
  )
  console.log(
    `  fixed interval, at any look          ${percent(counts.everyLook / experiments)} (what one must not do)`,
  )
}

function coverage(experiments: number, uplift: number): void {
  const units = 1000
  let [plain, adjusted, ratio, theory] = [0, 0, 0, 0]
  for (let number = 0; number < experiments; number++) {
    const arms = grow(nobody, createUsers(`uplift-${uplift}-${number}`), units, uplift)
    const found = compare(arms, units)
    if (!outside(found.plain.interval, uplift)) plain++
    if (!outside(found.adjusted.interval, uplift)) adjusted++
    const width = ({ interval }: Comparison) => interval.high - interval.low
    ratio += width(found.adjusted) / width(found.plain)
    theory += Math.sqrt(1 - correlation(addMoments(...arms)) ** 2)
  }
  console.log(
    `uplift +${uplift}, ${experiments} experiments: covers ${percent(plain / experiments)}, adjusted ${percent(adjusted / experiments)} (95 % wanted); ` +
      `adjusted width ${(ratio / experiments).toFixed(3)} of the plain one (theory ${(theory / experiments).toFixed(3)})`,
  )
}

/** Correlation of the linearised metric with the one before the start: what CUPED can take out. */
function correlation(all: Moments): number {
  const [r, s] = [all.means[0]! / all.means[1]!, all.means[2]! / all.means[3]!]
  const of = (i: number, j: number) => covariance(all, i, j)
  const during = of(0, 0) - 2 * r * of(0, 1) + r * r * of(1, 1)
  const before = of(2, 2) - 2 * s * of(2, 3) + s * s * of(3, 3)
  return (of(0, 2) - s * of(0, 3) - r * of(1, 2) + r * s * of(1, 3)) / Math.sqrt(during * before)
}

function sampleRatio(): void {
  const draws = 2000
  const alarms = (share: number) => {
    let found = 0
    for (let number = 0; number < draws; number++) {
      const uniform = uniformsOf(`srm-${share}-${number}`)
      // the binomial by its normal limit: 200,000 units
      const normal = Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())
      const first = Math.round(200_000 * share + normal * Math.sqrt(200_000 * share * (1 - share)))
      if (checkSampleRatio([first, 200_000 - first], [1, 1]).mismatch) found++
    }
    return percent(found / draws)
  }
  console.log(
    `sample ratio, 200,000 users: 49/51 found in ${alarms(0.49)}, 50/50 called wrong in ${alarms(0.5)}`,
  )
}

/** documents of a list, the first two of which are relevant in the better ranking */
const LIST = 8

/**
 * Two rankings of the same documents: the better one puts the relevant documents a position higher.
 * @param spread how much users differ in how readily they click: a user's rate is exp(-spread * |normal|) of the largest
 */
function interleaving(replicates: number, spread: number): void {
  const worse = [2, 0, 3, 1, 4, 5, 6, 7]
  const better = [0, 2, 1, 3, 4, 5, 6, 7]
  const relevant = new Set([0, 1])
  const users = 800
  const clicksOf = (order: readonly number[], rate: number, uniform: () => number) =>
    order.flatMap((document, position) =>
      uniform() < (rate * (relevant.has(document) ? 0.5 : 0.15)) / (1 + 0.6 * position) ? [position] : [],
    )
  let [same, significant, abZ, interleavedZ] = [0, 0, 0, 0]
  for (let replicate = 0; replicate < replicates; replicate++) {
    const uniform = uniformsOf(`interleave-${replicate}`)
    const points: Points[] = []
    const arms: [number[][], number[][]] = [[], []]
    for (let user = 0; user < users; user++) {
      const normal = Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())
      const rate = Math.exp(-spread * Math.abs(normal))
      const searches = 1 + Math.floor((1 - uniform()) ** -0.5 - 1)
      const arm = (user % 2) as 0 | 1
      const total = { wins: 0, losses: 0, ties: 0 }
      let clicks = 0
      for (let search = 0; search < Math.min(50, searches); search++) {
        // the same user, once in the A/B test and once with one list of both
        clicks += clicksOf(arm === 0 ? worse : better, rate, uniform).some((position) => position < 3) ? 1 : 0
        const { order, teams } = teamDraft(worse, better, uniform)
        const lead = clicksOf(order, rate, uniform).reduce(
          (sum, position) => sum + (teams[position] === 'b' ? 1 : -1),
          0,
        )
        if (lead > 0) total.wins++
        if (lead < 0) total.losses++
      }
      arms[arm].push([clicks, Math.min(50, searches), 0, 1])
      points.push(total)
    }
    const [a, b] = [momentsOf(arms[0], COLUMN_COUNT), momentsOf(arms[1], COLUMN_COUNT)]
    const ab = compareArms(estimateRatio(a), estimateRatio(b), { plannedUnits: users / 2 })
    const preference = estimatePreference(points)
    const error = Math.sqrt(preference.unitVariance / preference.n)
    abZ += ab.statistic / replicates
    interleavedZ += preference.value / error / replicates
    if (ab.p < 0.05) {
      significant++
      if (Math.sign(ab.difference) === Math.sign(preference.value)) same++
    }
  }
  // the mean statistic grows with the root of the users
  const needed = (z: number) => Math.round(users * (2.8016 / z) ** 2)
  console.log(
    `interleaving against A/B, ${replicates} replicates of ${users} users (spread of their click rates ${spread}), lists of ${LIST}: same sign in ${same} of ${significant} where A/B is significant; ` +
      `users for 80 % power ${needed(abZ)} by A/B, ${needed(interleavedZ)} interleaved (${(needed(abZ) / needed(interleavedZ)).toFixed(1)}x fewer)`,
  )
}

// `npm run bench -- small-sets [worlds]`: verdicts and weights on simulated sets of 20, 50 and 150 judged queries, of which the truth is
// known. A verdict is wrong where there is no difference (at most 5 %); the regret of the weights is at most half of that of
// the rule before, where each has what it uses of the same judged set.
import { countPooled, type Said } from '../../small-sets/pooled-verdicts.ts'
import { countChosenOn, meanRegrets } from '../../small-sets/regrets.ts'
import { countVerdicts, strengthFor } from '../../small-sets/verdicts.ts'

const percent = (share: number) => `${(100 * share).toFixed(1)} %`.padStart(7)

export async function run(): Promise<void> {
  const worlds = Number(process.argv[3] ?? 200)
  console.log(
    `${worlds} worlds each. Above, below: said of the served row, corrected for all that the page says`,
  )
  console.log(
    'queries  planted    above    below  too few to tell  bundled  interval of a bootstrap leaves out 0',
  )
  for (const effect of [0, 0.02, 0.05]) {
    const strength = strengthFor(effect)
    for (const queries of [20, 50, 150]) {
      const { above, below, undecided, bundled, byInterval } = countVerdicts(queries, strength, worlds)
      console.log(
        `${String(queries).padStart(7)}  ${effect.toFixed(2).padStart(7)}  ${percent(above)}  ${percent(below)}          ${percent(undecided)}  ${percent(bundled)}  ${percent(byInterval)}`,
      )
    }
  }
  console.log('a whole judged set: by its test split, and by all of it, cross-fitted')
  console.log('judged  planted  test queries    above    below  gain    by all: above    below  gain')
  for (const effect of [0, 0.02, 0.05]) {
    const strength = strengthFor(effect)
    for (const judged of [30, 50, 100, 199]) {
      const { test, bySplit, byAll } = countPooled(judged, strength, worlds)
      const said = ({ above, below, gain }: Said) =>
        `${percent(above)}  ${percent(below)}  ${gain.toFixed(3)}`
      console.log(
        `${String(judged).padStart(6)}  ${effect.toFixed(2).padStart(7)}  ${String(test).padStart(12)}  ${said(bySplit)}          ${said(byAll)}`,
      )
    }
  }
  console.log('regret of weights in nDCG@10 + MRR@10')
  console.log(
    'a judged set without splits of its own: ours on all queries but test; the rule before on a tenth, and on the validation split of today',
  )
  const regrets = [20, 50, 150].map((judged) => ({ judged, ...meanRegrets(judged, Math.ceil(worlds / 4)) }))
  for (const { judged, ours, beforeOnTenth, beforeOnSplit } of regrets) {
    const on = countChosenOn(judged)
    console.log(
      `${judged} judged: ours on ${on.ours} ${ours.toFixed(4)}; before on ${on.tenth} ${beforeOnTenth.toFixed(4)} ${ratio(ours, beforeOnTenth)}, on ${on.validation} ${beforeOnSplit.toFixed(4)} ${ratio(ours, beforeOnSplit)}`,
    )
  }
  console.log('both on the same queries')
  for (const { judged, oursOnAll, beforeOnAll } of regrets)
    console.log(
      `${judged}: ours ${oursOnAll.toFixed(4)}; before ${beforeOnAll.toFixed(4)} ${ratio(oursOnAll, beforeOnAll)}`,
    )
}

const ratio = (ours: number, before: number) => `(ours ${(ours / before).toFixed(2)}x)`

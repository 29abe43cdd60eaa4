// Derives values of a recipe from the log: `'auto'` in a recipe stands for a value of the current log, so
// that values chosen by hand for one data set are not used for another by mistake.
import type { LogFacts } from '@disranker/dataset'
import type { Work } from '@disranker/stage'

/** number of judged train queries below which they are more useful for choosing weights than as targets */
export const FEW_JUDGED = 500

/** Two values in a recipe: for a log with few judged train queries, and for one with many. */
export interface BySize<Few, Many = Few> {
  readonly few: Few
  readonly many: Many
}

/** A recipe with every `'auto'` and `'whole'` resolved, and one value of each `{ few, many }`. */
export type Derived<Recipe> = Recipe extends readonly (infer Item)[]
  ? Item extends object
    ? readonly Derived<Item>[]
    : Recipe
  : Recipe extends BySize<infer Few, infer Many>
    ? Derived<Exclude<Few | Many, Taken>>
    : Recipe extends object
      ? { readonly [Key in keyof Recipe]: Derived<Exclude<Recipe[Key], Taken>> }
      : Recipe

/** `'whole'`: like `'auto'`, with a bound that long texts reach */
type Taken = 'auto' | 'whole'

/** tokens of a word when the vocabulary was learned from the same texts */
const TOKENS = 1.35

/**
 * maximal tokens of a summary: with 'auto', each of which costs time at the edge, and with 'whole', for a
 * small network
 */
const MOST_OF_SUMMARY: Readonly<Record<Taken, number>> = { auto: 96, whole: 320 }

/** The value of each `'auto'`. */
const RULES: Readonly<Record<string, (facts: LogFacts, taken: Taken) => { value: unknown; why: string }>> = {
  'vocabulary.size': ({ distinctWords }) => ({
    value: within(1024, 512 * Math.ceil(distinctWords / 512), 30_720),
    why: `${distinctWords} different words`,
  }),
  'vocabulary.maxQuery': ({ words: { query } }) => length('queries', query, 8, 32),
  'vocabulary.maxTitle': ({ words: { title } }) => length('titles', title, 8, 32),
  'vocabulary.maxSummary': ({ words: { summary } }, taken) =>
    length('summaries', summary, 16, MOST_OF_SUMMARY[taken]),
  'objective.gains': ({ highestGrade }) => ({
    // 2^grade - 1, as in nDCG, scaled to a maximum of 1
    value: Array.from({ length: highestGrade + 1 }, (_, grade) =>
      Number(((2 ** grade - 1) / (2 ** highestGrade - 1)).toFixed(4)),
    ),
    why: `the highest grade is ${highestGrade}`,
  }),
}

const isTaken = (node: unknown): node is Taken => node === 'auto' || node === 'whole'
const isBySize = (node: object): node is BySize<unknown> => Object.keys(node).sort().join() === 'few,many'

/** the lengths of texts in a recipe, for a learned or a given vocabulary */
const LENGTHS = /^(vocabulary|lengths|init\.lengths)\./

export interface StepRule {
  /** items of an epoch: train queries, or clicked pairs */
  readonly over: 'trainQueries' | 'clickedPairs'
  readonly times: number
  /** number of them in a step */
  readonly perStep: number
  readonly least: number
}

/** maximal number of steps for `'auto'` */
const MOST_STEPS = 20_000

/**
 * Derives every `'auto'` of a recipe from the log, and prints the values.
 * @param steps the rule for `training.steps`
 */
export function deriveRecipe<Recipe extends object>(
  recipe: Recipe,
  facts: LogFacts,
  steps: StepRule | undefined,
  say: (line: string) => void,
): Derived<Recipe> {
  const said: string[] = []
  const take = (path: string, value: unknown, why: string) => {
    said.push(`${path} ${JSON.stringify(value)} (${why})`)
    return value
  }
  const visit = (node: unknown, path: string): unknown => {
    if (isTaken(node)) {
      if (path === 'training.steps' && steps) {
        const { over, times, perStep, least } = steps
        const value = within(least, Math.round((times * facts[over]) / perStep), MOST_STEPS)
        const what = over === 'trainQueries' ? 'train queries' : 'clicked pairs'
        return take(path, value, `${facts[over]} ${what}, ${times} times, ${perStep} a step`)
      }
      const rule = RULES[path.replace(LENGTHS, 'vocabulary.')]
      if (rule === undefined) throw new RangeError(`${path} cannot be derived from the log.`)
      const { value, why } = rule(facts, node)
      return take(path, value, why)
    }
    if (typeof node !== 'object' || node === null) return node
    // the rule of a list holds for each of its entries
    if (Array.isArray(node)) return node.map((entry) => visit(entry, path))
    if (isBySize(node)) {
      const size = facts.trainQueries < FEW_JUDGED ? 'few' : 'many'
      said.push(`${path} for ${size} judged queries (${facts.trainQueries} to train on)`)
      return visit(node[size], path)
    }
    const taken: Record<string, unknown> = {}
    for (const [key, value] of Object.entries(node)) {
      const at = path === '' ? key : `${path}.${key}`
      // the sum of the others, which are derived first
      if (key !== 'maxLength' || value !== 'auto') taken[key] = visit(value, at)
    }
    if (LENGTHS.test(`${path}.`) && (node as { maxLength?: unknown }).maxLength === 'auto') {
      const { maxQuery, maxTitle, maxSummary } = taken as Record<string, number>
      taken.maxLength = take(`${path}.maxLength`, maxQuery! + maxTitle! + maxSummary! + 6, 'their sum')
    }
    return taken
  }
  const derived = visit(recipe, '') as Derived<Recipe>
  if (said.length > 0) say(`from this log: ${said.join('; ')}. The recipe can say otherwise`)
  return derived
}

/** The same for a running stage. @param steps of a recipe whose `training.steps` may be `'auto'` */
export const takeFromLog = <Recipe extends object>(
  recipe: Recipe,
  { name, facts, work }: { readonly name: string; readonly facts: LogFacts; readonly work: Work },
  steps?: StepRule,
): Derived<Recipe> => deriveRecipe(recipe, facts, steps, (line) => work.progress.say(`${name}: ${line}`))

const length = (what: string, count: number, least: number, most: number) => ({
  value: within(least, Math.ceil(TOKENS * count) + 1, most),
  why: `95 % of the ${what} have at most ${count} words${Math.ceil(TOKENS * count) + 1 > most ? ', and more cost time' : ''}`,
})
const within = (least: number, value: number, most: number) => Math.min(most, Math.max(least, value))

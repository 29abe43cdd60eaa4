// Requests that cost money are sent only after the user has seen the price and agreed.
import { type Pairs, SPLITS } from '@disranker/dataset'
import { itemsOf } from '@disranker/ranking'
import { type Answers, costOf, type TextPair } from '@disranker/scorers'
import { InputError } from '@disranker/stage'
import { nameOf, type ServedTeacher, type TeacherRecipe } from '../teacher-recipe.ts'

/**
 * Prints the cost of the teachers.
 * @param agreed whether the user agreed to spend it
 * @param answersOf the kept answers of a teacher
 * @throws {InputError} when the cost is above zero and the user has not agreed
 */
export function agreeToCosts(
  teachers: readonly TeacherRecipe[],
  pairs: Pairs,
  agreed: boolean,
  say: (line: string) => void,
  answersOf: (teacher: ServedTeacher) => Answers,
): void {
  const costs = teachers.filter(isPriced).map((teacher) => {
    const { price } = teacher
    const answers = answersOf(teacher)
    const isKnown = (pair: TextPair) => answers.get(pair) !== undefined
    const { requests, tokens, money, known } = costOf(teacher, price, groupsOf(pairs), isKnown)
    answers.close()
    const sum = `${money.toFixed(money < 1 ? 4 : 2)} ${price.currency}`
    const before = known === 0 ? '' : `${known} pairs were answered before and are not asked again; `
    const line = `${nameOf(teacher)}: ${before}${requests} requests, about ${tokens} tokens, at most about ${sum} at the price of the recipe`
    return { money, line }
  })
  for (const { line } of costs) say(`score: ${line}`)
  const priced = costs.filter(({ money }) => money > 0)
  if (priced.length === 0 || agreed) return
  throw new InputError(
    `Nothing was sent. It would cost money: ${priced.map(({ line }) => line).join('; ')}. To agree, run DISRANKER_YES=1 npx turbo run score, or npm run score --workspace @disranker/teacher -- --yes.`,
  )
}

const isPriced = (teacher: TeacherRecipe): teacher is ServedTeacher & { price: object } =>
  'price' in teacher && teacher.price !== undefined

function* groupsOf(pairs: Pairs): Generator<readonly TextPair[]> {
  for (const split of SPLITS)
    for (const [query, rows] of pairs.candidates(split)) yield itemsOf(query, rows, pairs)
}

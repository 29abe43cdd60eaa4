import { checkRecipe } from '@disranker/stage'
import { expect, it } from 'vitest'
import recipe from '../recipes/pairs.ts'
import { pairsSchema } from './pairs-recipe.ts'

const check = (changes: object) => () =>
  checkRecipe(pairsSchema, { ...recipe, ...changes }, 'recipes/pairs.ts')

it('lets the recipe pass', () => expect(check({})).not.toThrow())

it.each<[object, RegExp]>([
  [{ log: { ...recipe.log, minDwel: 1 } }, /log\.minDwel is not known\. Did you mean minDwell\?/],
  [{ log: { ...recipe.log, maxPosition: 100 } }, /log\.maxPosition is 100/],
  [{ grades: { ...recipe.grades, from: [0.7, 0.4, 0.2] } }, /grades\.from is .*three rising numbers/],
  [{ splits: { ...recipe.splits, test: 0.9 } }, /leave nothing to train on/],
  [{ clicks: { ...recipe.clicks, model: 'cascades' } }, /clicks\.model is "cascades"/],
])('refuses %j', (changes, message) => expect(check(changes)).toThrow(message))

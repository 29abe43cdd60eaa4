// `npm run try`: a click log of a third of the length.
import type { ExampleRecipe } from '../../src/example.ts'
import own from '../example.ts'

export default { ...own, clicks: { ...own.clicks, sessions: 3 } } satisfies ExampleRecipe

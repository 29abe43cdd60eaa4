// For `npm run try`: a third of the click log.
import type { ExampleRecipe } from '../../src/example.ts'
import own from '../example.ts'

export default { ...own, clicks: { ...own.clicks, sessions: 3 } } satisfies ExampleRecipe

export { openSide, type Side } from './open-side.ts'
export { type AskedQuery, readQueries } from './read-queries.ts'
export { type Comparison, startCompare } from './start-compare.ts'

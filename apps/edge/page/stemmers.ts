// The module of `import('./stemmers.ts')` of the lexical package in a browser: see
// commands/assets/assemble.ts.
export { STEMMERS } from '@disranker/lexical/stemmers'

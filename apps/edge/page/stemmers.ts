// What `import('./stemmers.ts')` of the words' package is in a browser: see commands/assets/assemble.ts.
export { STEMMERS } from '@disranker/lexical/stemmers'

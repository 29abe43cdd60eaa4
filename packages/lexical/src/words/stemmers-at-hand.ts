// Imports all stemmers at once: for servers and training, where 50 kB of code cost nothing.
import { STEMMERS } from './stemmers.ts'

export const stemmerOf = (language: string): ((word: string) => string) => STEMMERS[language]!

/** Nothing to wait for here. */
export const loadStemmers = (): Promise<void> => Promise.resolve()

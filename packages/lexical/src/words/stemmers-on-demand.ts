// Loads the stemmers from a separate file, for browsers: most pages need none of them, and all together are
// 50 kB in gzip.
type Stemmers = Readonly<Record<string, (word: string) => string>>

let stemmers: Stemmers | undefined

/** @throws {Error} before `loadStemmers` */
export function stemmerOf(language: string): (word: string) => string {
  if (stemmers === undefined)
    throw new Error(`The stemmer of "${language}" is not loaded. Wait for loadAnalyzer() first.`)
  return stemmers[language]!
}

export async function loadStemmers(): Promise<void> {
  stemmers ??= (await import('./stemmers.ts')).STEMMERS
}

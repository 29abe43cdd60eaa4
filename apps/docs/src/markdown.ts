// Parts of Markdown for the generated pages.

/** A text inside a cell of a table. */
const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

/** @param rows cells from left to right, as many as heads */
export const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heads, heads.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n')

export const code = (text: string, language = ''): string => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``

/** Unchanged text in code font. */
export const verbatim = (text: string): string => (text === '' ? '' : `\`${text}\``)

/** The note at the top of a generated page. */
export const madeFrom = (what: string): string =>
  `This page is generated from ${what} when the site is built, so it matches the code.`

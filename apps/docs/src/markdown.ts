// Pieces of Markdown that the generated pages are made of.

/** A text inside a cell of a table. */
const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

/** @param rows cells from left to right, as many as there are heads */
export const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heads, heads.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n')

export const code = (text: string, language = ''): string => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``

/** A text as it is, in code letters. */
export const verbatim = (text: string): string => (text === '' ? '' : `\`${text}\``)

/** The note on top of a page that is made from code. */
export const madeFrom = (what: string): string =>
  `This page is made from ${what} when the site is built, so it says what the code does.`

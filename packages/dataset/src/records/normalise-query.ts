// Normalises queries: lower case, composed letters, single spaces. Two spellings with the same result are one
// query. The JavaScript and SQL forms must agree.

export const normaliseQuery = (text: string): string =>
  text.normalize('NFC').toLowerCase().replace(/\s+/g, ' ').trim()

/** The same as an SQL expression. */
export const normalisedSql = (text: string): string =>
  `trim(regexp_replace(lower(nfc_normalize(${text})), '[\\s\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}\\v]+', ' ', 'g'))`

// Maps the characters of a text's normalised form (lower-cased, without accents, composed) to the text
// itself.

export interface Alignment {
  /** [form.length]: start of the character of the text for each code unit of the form */
  readonly start: Int32Array
  /** [form.length]: its end */
  readonly end: Int32Array
}

/** a character with its marks, including those of half-width kana; the letters of a Korean syllable together */
const CHARACTER =
  /[\u1100-\u115f][\u1160-\u11a7]+[\u11a8-\u11ff]*[\p{M}\p{DI}]*|[^\p{M}\uff9e\uff9f][\p{M}\p{DI}\uff9e\uff9f]*|[\p{M}\uff9e\uff9f]+/gu

/**
 * Aligns a text with its form, character by character.
 * @param form normalises any text
 * @param made the normalised form of this text
 * @returns undefined when the forms of the characters do not add up to that of the text
 */
export function alignForms(
  text: string,
  form: (text: string) => string,
  made: string,
): Alignment | undefined {
  const start = new Int32Array(made.length)
  const end = new Int32Array(made.length)
  let at = 0
  const fill = (to: number, from: number, until: number) => {
    start.fill(from, at, to)
    end.fill(until, at, to)
    at = to
  }
  for (const { 0: character, index } of text.matchAll(CHARACTER)) {
    const part = form(character)
    if (!made.startsWith(part, at)) return undefined
    fill(at + part.length, index, index + character.length)
  }
  return at === made.length ? { start, end } : undefined
}

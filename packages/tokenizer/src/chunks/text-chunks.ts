// Finds the positions at which a text can be cut so that its parts, encoded separately, give the ids of the
// whole.
import { NEWER_PUNCTUATION } from '../exact/older-unicode.ts'

type Split = (text: string) => readonly string[]

/** with the space before: byte-level vocabularies have it in their tokens */
const withSpace: Split = (text) => text.match(/ ?[^ ]+/g) ?? []
/** without it: vocabularies that add a "▁" before every word */
const withoutSpace: Split = (text) => text.match(/[^ ]+/g) ?? []
/**
 * white space that BERT turns into spaces, including \p{Zs}, \p{Zl} and \p{Zp}; it removes other controls,
 * which joins their neighbours
 */
const bertSpaces = /[\t\n\r\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/g
/** BERT reads each Chinese character as a word, also those known to its Rust code, and each sign */
const character = String.raw`\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{2a6df}\u{2a700}-\u{2b81f}\u{2b920}-\u{2ceaf}\u{2f800}-\u{2fa1f}`
const sign = String.raw`\p{P}!-\/:-@\[-\x60\{-~`
/** signs that normalising changes: a greek accent, and not less, equal or greater */
const decomposed = String.raw`\u1fef\u2260\u226e\u226f`
const atCharacters = (signs: string): Split => {
  const newer = `[${NEWER_PUNCTUATION}]`
  const isolated = new RegExp(
    `(?!${newer})[${character}${signs}]|(?:[^ ${character}${signs}]|${newer})+`,
    'gu',
  )
  return (text) => text.match(isolated) ?? []
}
/** single spaces between words, and no character that normalising may turn into a space */
const plain = /^[^\p{Z}\p{C}\u2581\ufffd]+( [^\p{Z}\p{C}\u2581\ufffd]+)*$/u
const spaces = (text: string) => text.split(' ').length
const isPlain = (text: string) => plain.test(text) && spaces(text.normalize('NFKC')) === spaces(text)

/** texts that reveal a wrong way to cut: first words, signs, digits, letters of other scripts, added tokens */
const PROBES = [
  'Hello, world!',
  "it's 5€ (CVE-2020-1) naïve 中文 x_y a",
  'a b',
  'of the is in a to 1 2 - . , ( )',
  '🙂 « x » مرحبا',
]

/**
 * Chooses how to cut texts: at single spaces if no token crosses them, else not at all. A text with other
 * white space is cut if the tokenizer does not distinguish it from single spaces.
 * @returns whether each word and each sign is a separate part
 */
export function chunksOf(
  tokenizer: Record<string, unknown>,
  encode: (text: string) => readonly number[],
): { readonly split: Split; readonly alone: boolean } {
  const whole: Split = (text) => (text === '' ? [] : [text])
  if (!partsWords(tokenizer)) return { split: whole, alone: false }
  const right = (way: Split) =>
    PROBES.every(
      (text) => JSON.stringify(encode(text)) === JSON.stringify(way(text).flatMap((part) => encode(part))),
    )
  const bert = isolatesCharacters(tokenizer)
  const ways = bert ? [atCharacters(bert.strips ? sign + decomposed : sign)] : []
  const way = [...ways, withSpace, withoutSpace].find(right) ?? whole
  const alone = way === ways[0]
  if (alone) return { split: (text) => way(text.replace(bertSpaces, ' ')), alone }
  return { split: (text) => (isPlain(text) ? way(text) : whole(text)), alone }
}

/**
 * Whether it is BERT's way, in which every sign and every Chinese character is a word, and whether accents
 * are removed.
 */
function isolatesCharacters({
  normalizer,
  pre_tokenizer,
  added_tokens,
}: Record<string, unknown>): { readonly strips: boolean } | undefined {
  // an added token that is normal text would be split at its signs
  if ((added_tokens as readonly { special: boolean }[] | undefined)?.some(({ special }) => !special))
    return undefined
  const { type, handle_chinese_chars, clean_text, strip_accents, lowercase } = (normalizer ?? {}) as Partial<
    Record<'handle_chinese_chars' | 'clean_text' | 'strip_accents' | 'lowercase', boolean | null>
  > & { type?: string }
  const bert = type === 'BertNormalizer' && handle_chinese_chars === true && clean_text === true
  return bert && (pre_tokenizer as PreTokenizer | null)?.type === 'BertPreTokenizer'
    ? { strips: strip_accents ?? lowercase ?? false }
    : undefined
}

/** Whether no token can cross a space. */
function partsWords({ pre_tokenizer, model, added_tokens }: Record<string, unknown>): boolean {
  const added = (added_tokens ?? []) as readonly { content: string; special: boolean }[]
  if (added.some(({ content, special }) => !special && content.trim().includes(' '))) return false
  if (splitsAtSpaces(pre_tokenizer as PreTokenizer | null)) return true
  // the tokenizer sees one word: then it depends on the vocabulary
  const { type, vocab } = model as { type: string; vocab: object }
  return type === 'BPE' && Object.keys(vocab).every((token) => !/[^\u2581\u0120 ][\u2581\u0120 ]/.test(token))
}

interface PreTokenizer {
  readonly type: string
  readonly pretokenizers?: readonly PreTokenizer[]
  readonly use_regex?: boolean
  readonly split?: boolean
}

function splitsAtSpaces(step: PreTokenizer | null | undefined): boolean {
  switch (step?.type) {
    case 'BertPreTokenizer':
    case 'Whitespace':
    case 'WhitespaceSplit':
    case 'Split':
      return true
    case 'ByteLevel':
      return step.use_regex !== false
    case 'Metaspace':
      return step.split !== false
    case 'Sequence':
      return step.pretokenizers?.some(splitsAtSpaces) ?? false
    default:
      return false
  }
}

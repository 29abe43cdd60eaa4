// Where a text may be cut so that its parts, encoded one by one, give the ids of the whole.

type Split = (text: string) => readonly string[]

/** with the space before: byte-level vocabularies have it in their tokens */
const withSpace: Split = (text) => text.match(/ ?[^ ]+/g) ?? []
/** without: vocabularies that put a "▁" before every word by themselves */
const withoutSpace: Split = (text) => text.match(/[^ ]+/g) ?? []
/** BERT reads each Chinese character as a word; here also those beyond 16 bits, which the library misses; and each sign,
 * those too of which normalising makes one: a greek accent, and not less, equal or greater */
const character = String.raw`\u3400-\u4dbf\u4e00-\u9fff\u{20000}-\u{2a6df}\u{2a700}-\u{2ceaf}\u{2f800}-\u{2fa1f}`
const sign = String.raw`\p{P}!-\/:-@\[-\x60\{-~\u1fef\u2260\u226e\u226f`
const isolated = new RegExp(`[${character}${sign}]|[^ ${character}${sign}]+`, 'gu')
const atCharacters: Split = (text) => text.match(isolated) ?? []

/** texts that show when a way to cut is wrong: first words, signs, digits, letters of other scripts, added tokens */
const PROBES = [
  'Hello, world!',
  "it's 5€ (CVE-2020-1) naïve 中文 x_y a",
  'a b',
  'of the is in a to 1 2 - . , ( )',
  '🙂 « x » مرحبا',
]

/**
 * Chooses how to cut texts in which single spaces are the only white space: at spaces where the tokenizer cannot see
 * across them, else not at all.
 * @returns whether each word and each sign is a part of its own
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
  const ways = isolatesCharacters(tokenizer) ? [atCharacters] : []
  const split = [...ways, withSpace, withoutSpace].find(right) ?? whole
  return { split, alone: split === atCharacters }
}

function isolatesCharacters({ normalizer, pre_tokenizer, added_tokens }: Record<string, unknown>): boolean {
  // one that is text would be parted at its signs
  if ((added_tokens as readonly { special: boolean }[] | undefined)?.some(({ special }) => !special))
    return false
  const { type, handle_chinese_chars } = (normalizer ?? {}) as {
    type?: string
    handle_chinese_chars?: boolean
  }
  const bert = type === 'BertNormalizer' && handle_chinese_chars === true
  return bert && (pre_tokenizer as PreTokenizer | null)?.type === 'BertPreTokenizer'
}

/** Whether no token can lie on both sides of a space. */
function partsWords({ pre_tokenizer, model, added_tokens }: Record<string, unknown>): boolean {
  const added = (added_tokens ?? []) as readonly { content: string; special: boolean }[]
  if (added.some(({ content, special }) => !special && content.trim().includes(' '))) return false
  if (splitsAtSpaces(pre_tokenizer as PreTokenizer | null)) return true
  // one word as far as the tokenizer knows: then it depends on the vocabulary
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

// Pre-tokenizers of a tokenizer.json that the TypeScript library approximates, exactly as in the Rust library
// (tokenizers 0.23). The TypeScript library computes the others.
import { libraryPreTokenizer, type Step } from './library-step.ts'
import { NEWER_PUNCTUATION } from './older-unicode.ts'
import { WHITE_SPACE } from './white-space.ts'

/** @param first whether the text is at the start of the input */
export type Split = (text: string, first: boolean) => readonly string[]

/** ASCII signs and Unicode punctuation, as far as the Rust library has it */
const PUNCTUATION = String.raw`(?:(?![${NEWER_PUNCTUATION}])[!-\/:-@\[-\x60\{-~\p{P}])`
const noPunctuation = (more: string) =>
  String.raw`(?:[^${more}!-\/:-@\[-\x60\{-~\p{P}]|[${NEWER_PUNCTUATION}])`
const WORD = String.raw`\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}`
const matching =
  (pattern: RegExp): Split =>
  (text) =>
    text.match(pattern) ?? []

/**
 * The pre-tokenizer of a tokenizer.json.
 * @throws {Error} when a step is not supported
 */
export function exactPreTokenizer(step: Step): Split {
  switch (step.type) {
    case 'Sequence': {
      const steps = ((step.pretokenizers ?? []) as readonly Step[]).map(exactPreTokenizer)
      return (text, first) =>
        steps.reduce<readonly string[]>(
          (parts, split) => parts.flatMap((part, at) => split(part, first && at === 0)),
          [text],
        )
    }
    case 'BertPreTokenizer':
      return matching(new RegExp(`${PUNCTUATION}|${noPunctuation(WHITE_SPACE)}+`, 'gu'))
    case 'Whitespace':
      return matching(new RegExp(`[${WORD}]+|[^${WORD}${WHITE_SPACE}]+`, 'gu'))
    case 'WhitespaceSplit':
      return matching(new RegExp(`[^${WHITE_SPACE}]+`, 'gu'))
    case 'Digits':
      return matching(new RegExp(step.individual_digits ? '\\p{N}|\\P{N}+' : '\\p{N}+|\\P{N}+', 'gu'))
    case 'Punctuation':
      return byBehaviour(String(step.behavior ?? 'Isolated'))
    case 'ByteLevel':
      return byteLevel(step)
    case 'Metaspace':
      return metaspace(step)
    default:
      return libraryPreTokenizer(step)
  }
}

const SPACE = WHITE_SPACE
const GPT2 = new RegExp(
  `'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^${SPACE}\\p{L}\\p{N}]+|${SPACE}+(?!\\P{White_Space})|${SPACE}+`,
  'gu',
)

function byteLevel(step: Step): Split {
  const { add_prefix_space: prefix = true, use_regex: regex = true } = step
  const bytes = libraryPreTokenizer({ ...step, add_prefix_space: false, use_regex: false })
  return (text) => {
    const begun = prefix && !text.startsWith(' ') ? ` ${text}` : text
    const parts = regex ? (begun.match(GPT2) ?? []) : [begun]
    return parts.flatMap((part) => bytes(part))
  }
}

function metaspace({ replacement = '\u2581', prepend_scheme, add_prefix_space, split = true }: Step): Split {
  const mark = String(replacement)
  const scheme = prepend_scheme ?? (add_prefix_space === false ? 'never' : 'always')
  return (text, first) => {
    const marked = text.replaceAll(' ', mark)
    const prepends = scheme === 'always' || (scheme === 'first' && first)
    const whole = prepends && !marked.startsWith(mark) ? mark + marked : marked
    // a piece begins at every mark
    return split ? whole.split(new RegExp(`(?=${mark})`, 'u')).filter((part) => part !== '') : [whole]
  }
}

/** The part that a sign joins: none, a separate one, the part before or after, or both. */
function byBehaviour(behaviour: string): Split {
  const [one, other] = [PUNCTUATION, noPunctuation('')]
  const patterns: Readonly<Record<string, string>> = {
    Removed: `${other}+`,
    Isolated: `${one}|${other}+`,
    Contiguous: `${one}+|${other}+`,
    MergedWithPrevious: `${other}*${one}|${other}+`,
    MergedWithNext: `${one}${other}*|${other}+`,
  }
  const pattern = patterns[behaviour]
  if (pattern === undefined) throw new Error(`Unknown behavior of Punctuation: ${behaviour}`)
  return matching(new RegExp(pattern, 'gu'))
}

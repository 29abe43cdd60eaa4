// Normalizers of a tokenizer.json that the TypeScript library approximates, exactly as in the Rust library
// (tokenizers 0.23). The TypeScript library computes the others.
import { charsmapNormalizer } from './charsmap.ts'
import { libraryNormalizer, type Step } from './library-step.ts'
import { NEWER_ACCENTS, NEWER_FORMATS, NEWER_MARKS } from './older-unicode.ts'
import { trimEnd, trimStart, WHITE_SPACE } from './white-space.ts'

export type Normalize = (text: string) => string

/**
 * The normalizer of a tokenizer.json.
 * @throws {Error} when a step is not supported
 */
export function exactNormalizer(step: Step): Normalize {
  switch (step.type) {
    case 'Sequence': {
      const steps = ((step.normalizers ?? []) as readonly Step[]).map(exactNormalizer)
      return (text) => steps.reduce((sofar, normalize) => normalize(sofar), text)
    }
    case 'BertNormalizer':
      return bertNormalize(step as unknown as BertStep)
    case 'Precompiled':
      return typeof step.precompiled_charsmap === 'string' && step.precompiled_charsmap !== ''
        ? charsmapNormalizer(step.precompiled_charsmap)
        : (text) => text
    case 'Lowercase':
      return lowercase
    case 'Strip': {
      const { strip_left: left, strip_right: right } = step
      return (text) => {
        const begun = left ? trimStart(text) : text
        return right ? trimEnd(begun) : begun
      }
    }
    case 'StripAccents':
      return (text) => text.replace(MARK, '')
    case 'NFC':
    case 'NFD':
    case 'NFKC':
    case 'NFKD': {
      const { type: form } = step
      return (text) => text.normalize(form)
    }
    case 'Prepend':
      return (text) => (text === '' ? text : `${step.prepend}${text}`)
    default:
      return libraryNormalizer(step)
  }
}

interface BertStep {
  readonly clean_text?: boolean
  readonly handle_chinese_chars?: boolean
  /** null: as `lowercase` */
  readonly strip_accents?: boolean | null
  readonly lowercase?: boolean
}

const CONTROL = new RegExp(String.raw`[\0\ufffd]|(?![\t\n\r${NEWER_FORMATS}])[\p{Cc}\p{Cf}\p{Co}]`, 'gu')
const ACCENT = new RegExp(String.raw`(?![${NEWER_ACCENTS}])\p{Mn}`, 'gu')
const MARK = new RegExp(String.raw`(?![${NEWER_MARKS}])\p{M}`, 'gu')
const SPACE = new RegExp(WHITE_SPACE, 'gu')
const CHINESE =
  /[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b920}-\u{2ceaf}\u{2f800}-\u{2fa1f}]/gu

function bertNormalize({
  clean_text,
  handle_chinese_chars,
  strip_accents,
  lowercase: lower,
}: BertStep): Normalize {
  const strips = strip_accents ?? lower
  return (text) => {
    let normalized = text
    if (clean_text) normalized = normalized.replace(CONTROL, '').replace(SPACE, ' ')
    if (handle_chinese_chars) normalized = normalized.replace(CHINESE, ' $& ')
    if (strips) normalized = normalized.normalize('NFD').replace(ACCENT, '')
    return lower ? lowercase(normalized) : normalized
  }
}

/** Character by character: Rust has no final sigma there. */
const lowercase = (text: string): string =>
  /\u03a3/.test(text) ? Array.from(text, (char) => char.toLowerCase()).join('') : text.toLowerCase()

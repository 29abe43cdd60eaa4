// The languages an analyzer is named after, by their codes in ISO 639-1.

export interface Language {
  /** in English */
  readonly name: string
  /** ISO 639-3, for detectors; several if they distinguish varieties */
  readonly codes: readonly string[]
  /** whether there is a stemmer; the words of other languages are not stemmed */
  readonly stems: boolean
}

const stemmed = (name: string, ...codes: readonly string[]): Language => ({ name, codes, stems: true })
const plain = (name: string, ...codes: readonly string[]): Language => ({ name, codes, stems: false })

export const LANGUAGES: Readonly<Record<string, Language>> = {
  ar: stemmed('Arabic', 'arb'),
  bg: plain('Bulgarian', 'bul'),
  bn: plain('Bengali', 'ben'),
  cs: plain('Czech', 'ces'),
  da: stemmed('Danish', 'dan'),
  de: stemmed('German', 'deu'),
  el: stemmed('Greek', 'ell'),
  en: stemmed('English', 'eng', 'sco'),
  es: stemmed('Spanish', 'spa'),
  fa: plain('Persian', 'pes'),
  fi: stemmed('Finnish', 'fin'),
  fr: stemmed('French', 'fra'),
  ga: stemmed('Irish', 'gle'),
  he: plain('Hebrew', 'heb'),
  hi: stemmed('Hindi', 'hin'),
  hr: plain('Croatian', 'hrv', 'bos'),
  hu: stemmed('Hungarian', 'hun'),
  hy: stemmed('Armenian', 'hye'),
  id: stemmed('Indonesian', 'ind'),
  it: stemmed('Italian', 'ita'),
  ja: plain('Japanese', 'jpn'),
  km: plain('Khmer', 'khm'),
  ko: plain('Korean', 'kor'),
  lo: plain('Lao', 'lao'),
  lt: stemmed('Lithuanian', 'lit'),
  my: plain('Burmese', 'mya'),
  nl: stemmed('Dutch', 'nld'),
  no: stemmed('Norwegian', 'nob', 'nno'),
  pl: plain('Polish', 'pol'),
  pt: stemmed('Portuguese', 'por'),
  ro: stemmed('Romanian', 'ron'),
  ru: stemmed('Russian', 'rus'),
  si: plain('Sinhala', 'sin'),
  sk: plain('Slovak', 'slk'),
  sr: stemmed('Serbian', 'srp'),
  sv: stemmed('Swedish', 'swe'),
  ta: stemmed('Tamil', 'tam'),
  th: plain('Thai', 'tha'),
  tr: stemmed('Turkish', 'tur'),
  uk: plain('Ukrainian', 'ukr'),
  ur: plain('Urdu', 'urd'),
  vi: plain('Vietnamese', 'vie'),
  zh: plain('Chinese', 'cmn'),
}

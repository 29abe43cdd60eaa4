// Texts of twenty scripts, drawn at random with a seed: words of a script's own letters and marks, and what is found between
// them in documents.

/** letters and marks that Unicode has had for long; [from, to] in code points */
const SCRIPTS: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
  latin: [
    [0x41, 0x5a],
    [0x61, 0x7a],
    [0xc0, 0x17f],
  ],
  greek: [[0x386, 0x3ce]],
  cyrillic: [[0x410, 0x45f]],
  armenian: [[0x531, 0x586]],
  hebrew: [[0x5b0, 0x5ea]],
  arabic: [[0x621, 0x65f]],
  devanagari: [[0x901, 0x94d]],
  bengali: [[0x981, 0x9cd]],
  gurmukhi: [[0xa01, 0xa4d]],
  gujarati: [[0xa81, 0xacd]],
  tamil: [[0xb82, 0xbcd]],
  telugu: [[0xc01, 0xc4d]],
  sinhala: [[0xd82, 0xddf]],
  thai: [[0xe01, 0xe4e]],
  lao: [[0xe81, 0xecd]],
  burmese: [[0x1000, 0x103f]],
  georgian: [[0x10d0, 0x10fa]],
  khmer: [[0x1780, 0x17d2]],
  korean: [
    [0xac00, 0xd7a3],
    [0x1100, 0x1112],
    [0x1161, 0x1175],
  ],
  japanese: [
    [0x3041, 0x3096],
    [0x30a1, 0x30fc],
    [0x4e00, 0x9fa5],
    [0xff66, 0xff9f],
  ],
}

const BETWEEN = [
  ' ',
  ' ',
  ' ',
  '. ',
  ', ',
  '-',
  '/',
  '\u200d',
  '\u200c',
  '\u00ad',
  '\u0301',
  "'",
  '、',
  '\n',
  '',
]
const NAMES = [
  'C++',
  'c#',
  '.NET',
  'Node.js',
  'v1.2.3',
  'AB-123/4',
  'ＡＢＣ１',
  'ﬁ',
  '①',
  '™',
  'İI',
  'ΟΔΟΣ',
  '42',
]

/** @returns as many texts, the scripts in turns */
export function scriptTexts(count: number, seed: number): string[] {
  let state = seed
  // mulberry32
  const random = (below: number) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
  const scripts = Object.values(SCRIPTS)
  const pick = <One>(list: readonly One[]) => list[random(list.length)]!
  return Array.from({ length: count }, (_, at) => {
    const ranges = scripts[at % scripts.length]!
    const word = () =>
      Array.from({ length: 1 + random(9) }, () => {
        const [from, to] = pick(ranges)
        return String.fromCodePoint(from + random(to - from + 1))
      }).join('')
    return Array.from(
      { length: 3 + random(12) },
      () => (random(6) === 0 ? pick(NAMES) : word()) + pick(BETWEEN),
    ).join('')
  })
}

// White space as Rust and Unicode define it. JavaScript's `\s` has U+FEFF, which is not white space, and lacks U+0085.

/** a class for regular expressions with the flag u */
export const WHITE_SPACE = String.raw`\p{White_Space}`

const start = new RegExp(`^${WHITE_SPACE}+`, 'u')
const end = new RegExp(`${WHITE_SPACE}+$`, 'u')

export const trimStart = (text: string): string => text.replace(start, '')
export const trimEnd = (text: string): string => text.replace(end, '')

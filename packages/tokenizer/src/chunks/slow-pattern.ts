// Finds patterns of a tokenizer.json that can take exponential time: a repeated part within a repeated part, like (a+)+, or a
// repeated choice whose branches begin alike, like (a|ab)*. JavaScript tries all ways to share a text between them. A pattern
// runs on untrusted text and cannot be stopped, so a tokenizer with such a pattern is refused.

/** The flaw of a regular expression; undefined if there is none. The syntax is not checked here. */
export function slowPart(pattern: string): string | undefined {
  const open: Group[] = [newGroup(0)]
  let atom: Atom | undefined
  for (let at = 0; at < pattern.length; ) {
    const group = open.at(-1)!
    const sign = pattern[at]!
    const count = /^([*+?]|\{\d+(,\d*)?\})[?+]?/.exec(pattern.slice(at))?.[0]
    // an atom that varies and is not repeated makes its group vary
    if (count === undefined && atom?.varies) group.varies = true
    if (sign === '(') {
      at += /^\((\?(<?[=!]|<\w+>|[\w-]*:))?/.exec(pattern.slice(at))![0].length
      open.push(newGroup(at))
      atom = undefined
      continue
    }
    if (sign === ')') {
      if (open.length > 1) open.pop()
      const text = pattern.slice(group.start, at)
      atom = { text, varies: group.varies, alike: beginAlike(group, text) }
      note(open.at(-1)!, `(${text})`)
      at++
      continue
    }
    if (sign === '|') {
      group.firsts.push('')
      at++
      continue
    }
    if (count !== undefined && atom !== undefined) {
      if (isEndless(count) && (atom.varies || atom.alike)) return pattern.slice(0, at + count.length)
      if (count[0] !== '{' || count.includes(',')) group.varies ||= count[0] !== '?'
      group.varies ||= atom.varies
      at += count.length
      atom = undefined
      continue
    }
    const text = atomAt(pattern, at)
    atom = { text, varies: false, alike: false }
    note(group, text)
    at += text.length
  }
  return undefined
}

interface Group {
  readonly start: number
  /** the first atom of each branch */
  readonly firsts: string[]
  /** whether a part of it repeats, so that one text can match in several ways */
  varies: boolean
}

interface Atom {
  readonly text: string
  readonly varies: boolean
  /** whether two branches begin alike */
  readonly alike: boolean
}

const newGroup = (start: number): Group => ({ start, firsts: [''], varies: false })

function note(group: Group, text: string): void {
  if (group.firsts.at(-1) === '') group.firsts[group.firsts.length - 1] = text
}

const beginAlike = ({ firsts }: Group, text: string) =>
  text.includes('|') && new Set(firsts).size < firsts.length

const isEndless = (count: string) => /^[*+]|^\{\d+,\}/.test(count)

/** A class, an escape or a sign. */
function atomAt(pattern: string, at: number): string {
  const rest = pattern.slice(at)
  return (/^\[\^?\]?(\\.|[^\]\\])*\]|^\\[pP]\{[^}]*\}|^\\u\{[^}]*\}|^\\.|^[\s\S]/u.exec(rest) ?? [
    rest[0]!,
  ])[0]
}

/** The regular expressions anywhere in a tokenizer.json. */
export function* patternsOf(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return
  for (const [name, part] of Object.entries(value))
    if (name === 'Regex' && typeof part === 'string') yield part
    else yield* patternsOf(part)
}

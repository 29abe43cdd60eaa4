// Finds the list of documents in the answer of a search API: a path like hits.hits[*]._source, and the fields
// with their texts.

/** fields of a document's title and text, in the order of preference */
const TITLES = ['title', 'name', 'headline', 'label', 'subject']
const TEXTS = ['summary', 'text', 'description', 'body', 'content', 'snippet', 'abstract']

const STEP = /^(?:\.?([^.[\]]+)|\[(\d+|\*|"[^"]*"|'[^']*')\])/

/**
 * The value at a path: names separated by dots, [0] for one element, [*] for each. An empty path is the whole
 * answer.
 * @throws {Error} the path is invalid, or does not exist; it names the step
 */
export function followPath(value: unknown, path: string): unknown {
  let rest = path.trim().replace(/^\$/, '')
  let found: unknown = value
  let gone = ''
  while (rest !== '') {
    const step = STEP.exec(rest)
    if (step === null)
      throw new Error(`The path is wrong at "${rest}". Wanted something like hits.hits[*]._source.`)
    gone += step[0]
    rest = rest.slice(step[0].length)
    const key = (step[1] ?? step[2]!).replace(/^["']|["']$/g, '')
    if (step[2] === '*') {
      if (!Array.isArray(found)) throw new Error(`There is no list at "${gone.slice(0, -3) || '$'}".`)
      if (rest === '') return found
      const inner = rest
      return found.map((one) => followPath(one, inner))
    }
    found = typeof found === 'object' && found !== null ? (found as Record<string, unknown>)[key] : undefined
    if (found === undefined) throw new Error(`The answer has nothing at "${gone}".`)
  }
  return found
}

/**
 * The documents of an answer, as lines of JSON that the page reads.
 * @throws {Error} there is no list at the path
 */
export function documentsAt(answer: unknown, path: string): string {
  const list = followPath(answer, path)
  if (!Array.isArray(list))
    throw new Error(`There is no list at "${path || '$'}". Give the path to it, like hits.hits[*]._source.`)
  return list.map((one) => JSON.stringify(asDocument(one))).join('\n')
}

function asDocument(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return String(value)
  const fields = value as Record<string, unknown>
  const first = (names: readonly string[]) =>
    names.map((name) => fields[name]).find((text) => typeof text === 'string' && text !== '') as
      | string
      | undefined
  const title = first(TITLES) ?? ''
  const summary = first(TEXTS) ?? (title === '' ? JSON.stringify(value) : '')
  return { title, summary }
}

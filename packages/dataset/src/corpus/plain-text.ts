// Extracts plain text from HTML: tags are removed, entities become the characters they stand for.
import { Parser } from 'htmlparser2'

/** elements whose content is not shown */
const UNREAD = new Set(['script', 'style', 'template', 'noscript'])
/** elements that do not separate words */
const INLINE = new Set([
  'a',
  'abbr',
  'b',
  'cite',
  'code',
  'em',
  'font',
  'i',
  'kbd',
  'mark',
  's',
  'small',
  'span',
  'strong',
  'sub',
  'sup',
  'tt',
  'u',
  'wbr',
])

/** the start of an element in HTML; a bracket before anything else is a bracket */
export const TAGS: readonly string[] = [
  ...INLINE,
  ...UNREAD,
  ...'address article aside audio big blockquote body br button canvas caption center col dd del details dfn dir div dl dt'.split(
    ' ',
  ),
  ...'fieldset figcaption figure footer form frame h1 h2 h3 h4 h5 h6 head header hr html iframe img input ins label legend li'.split(
    ' ',
  ),
  ...'link main map meta nav ol optgroup option p picture pre q samp section select source summary svg table tbody td'.split(
    ' ',
  ),
  ...'textarea tfoot th thead time title tr track ul var video'.split(' '),
]

const TAG = new RegExp(`^</?(${TAGS.join('|')})(\\s[^<>]*)?/?>`, 'i')
const OTHER = /^<(!--|!doctype\b|!\[cdata\[|\?xml\b)/i

/** `a < b` and `Map<K, V>` as HTML would write them. */
function escapeBrackets(html: string): string {
  const closed = new Map<string, boolean>()
  const isClosed = (name: string) => {
    const known = closed.get(name) ?? new RegExp(`</${name}\\s*>`, 'i').test(html)
    closed.set(name, known)
    return known
  }
  return html.replace(/</g, (bracket, at: number) => {
    const rest = html.slice(at, at + 2000)
    if (OTHER.test(rest)) return bracket
    const name = rest.match(TAG)?.[1]
    if (name === undefined) return '&lt;'
    // `List<A>`: a single letter is a tag only if it is closed; paragraphs need not be closed
    return name.length > 1 || /p/i.test(name) || isClosed(name) ? bracket : '&lt;'
  })
}

export function plainText(html: string): string {
  let text = ''
  let unread = 0
  const parser = new Parser({
    onopentagname(name) {
      if (UNREAD.has(name)) unread++
      if (!INLINE.has(name)) text += ' '
    },
    onclosetag(name) {
      if (UNREAD.has(name)) unread = Math.max(0, unread - 1)
      if (!INLINE.has(name)) text += ' '
    },
    ontext(part) {
      if (unread === 0) text += part
    },
  })
  parser.end(escapeBrackets(html))
  return text.replace(/\s+/g, ' ').trim()
}

// Plain text out of HTML: what a person reads of it. Tags go, entities become the letters they stand for.
import { Parser } from 'htmlparser2'

/** elements whose content nobody reads */
const UNREAD = new Set(['script', 'style', 'template', 'noscript'])
/** elements that part no words */
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
  parser.end(html)
  return text.replace(/\s+/g, ' ').trim()
}

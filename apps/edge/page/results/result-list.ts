// One of the two lists: positions in an order, each a title that opens to its text. Text is inserted as text,
// never as HTML.
import type { ExampleDocument } from '../example.ts'
import type { TextPart } from './matched-words.ts'
import { arrow, direction, type Position } from './movement.ts'
import { whyOf } from './why.ts'

export interface Row {
  readonly document: ExampleDocument
  readonly score: string
  /** the judges' grade, 0 if there is none */
  readonly grade: number
  /** its old and new position, if that is shown */
  readonly position?: Position
  /** the explanation of its position, if it is available */
  readonly explain?: Parameters<typeof whyOf>[0]
}

/** Splits a text at the words that match. */
export type Marker = (text: string) => readonly TextPart[]

/** Replaces the list by `rows`, best first. */
export function fillList(list: HTMLElement, rows: readonly Row[], mark: Marker): void {
  list.replaceChildren(...rows.map((row) => item(row, mark)))
}

/** Highlights both rows of a document, and its line, while the pointer or the focus is on one of them. */
export function linkRows(...lists: readonly (HTMLElement | SVGElement)[]): void {
  const light = (event: Event) => {
    const row = (event.target as Element).closest<HTMLElement>('li')
    for (const list of lists)
      for (const other of list.children as Iterable<HTMLElement | SVGElement>)
        other.classList.toggle('same', row !== null && other.dataset.document === row.dataset.document)
  }
  for (const list of lists) for (const name of ['pointerover', 'focusin']) list.addEventListener(name, light)
}

function item({ document, score, grade, position, explain }: Row, mark: Marker): HTMLLIElement {
  const row = element('li', '')
  row.dataset.document = document.id
  const details = element('details', '')
  const line = element('summary', '')
  const title = element('span', '', 'title')
  title.append(...marked(document.title || document.summary, mark))
  title.title = title.textContent
  line.append(title)
  if (grade > 0) {
    const mark = element('span', '', 'grade')
    mark.append(element('span', 'grade '), String(grade))
    mark.title = 'how well the document answers, by the judgements of the data set'
    line.append(mark)
  }
  if (position !== undefined) {
    const way = direction(position)
    const mark = element('span', arrow(position), `moved ${way}`)
    mark.setAttribute('aria-label', way === 'still' ? 'did not move' : `moved ${way} from ${position.before}`)
    mark.role = 'img'
    line.append(mark)
  }
  if (score !== '') line.append(element('span', score, 'score'))
  const text = element('p', `${document.id}. `)
  text.append(...marked(document.summary, mark))
  details.append(line, text)
  if (explain !== undefined) {
    const why = whyOf(explain, (word) => mark(word).some(({ matched }) => matched))
    details.append(why.element)
    details.addEventListener('toggle', () => details.open && why.open())
  }
  row.append(details)
  return row
}

const marked = (text: string, mark: Marker) =>
  mark(text).map((part) => (part.matched ? element('mark', part.text) : part.text))

function element<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, text: string, className = '') {
  const made = document.createElement(tag)
  made.textContent = text
  if (className !== '') made.className = className
  return made
}

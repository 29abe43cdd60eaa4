// The lines between the two lists: each from where a document stood to where it stands. Drawn again whenever a row
// changes its height.
import { direction, type Place } from './movement.ts'

const SVG = 'http://www.w3.org/2000/svg'

export interface Lines {
  /** Draws the lines of these places; of none, nothing. */
  show(places: readonly Place[]): void
}

/**
 * @param svg between the lists
 * @param before its rows are in the order of `Place.before`
 * @param after its rows are in the order of `Place.after`
 */
export function createLines(svg: SVGSVGElement, before: HTMLElement, after: HTMLElement): Lines {
  let places: readonly Place[] = []

  const middle = (list: HTMLElement, position: number) => {
    const title = list.children[position - 1]?.querySelector('summary')?.getBoundingClientRect()
    return title === undefined ? 0 : title.top + title.height / 2 - svg.getBoundingClientRect().top
  }

  function draw(): void {
    const { width } = svg.getBoundingClientRect()
    // without width it is hidden: the lists stand one above the other
    svg.replaceChildren(
      ...(width === 0 ? [] : places).map((place) => {
        const [from, to] = [middle(before, place.before), middle(after, place.after)]
        const path = document.createElementNS(SVG, 'path')
        const bend = width / 2
        path.setAttribute('d', `M0 ${from} C${bend} ${from} ${bend} ${to} ${width} ${to}`)
        path.setAttribute('class', direction(place))
        path.dataset.document = (after.children[place.after - 1] as HTMLElement | undefined)?.dataset.document
        return path
      }),
    )
  }

  const observer = new ResizeObserver(draw)
  for (const list of [before, after]) observer.observe(list)
  return {
    show(next) {
      places = next
      draw()
    },
  }
}

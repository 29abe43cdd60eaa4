// The lines between the two lists: each from a document's old position to its new one. They are drawn again
// whenever a row changes its height.
import { direction, type Position } from './movement.ts'

const SVG = 'http://www.w3.org/2000/svg'

export interface Lines {
  /** Draws the lines of these positions. */
  show(positions: readonly Position[]): void
  /** Draws them again, because other rows are shown. */
  draw(): void
}

/**
 * @param svg between the lists
 * @param before its rows are in the order of `Position.before`
 * @param after its rows are in the order of `Position.after`
 */
export function createLines(svg: SVGSVGElement, before: HTMLElement, after: HTMLElement): Lines {
  let positions: readonly Position[] = []

  const middle = (list: HTMLElement, position: number) => {
    const { top, bottom } = svg.getBoundingClientRect()
    const title = list.children[position - 1]?.querySelector('summary')?.getBoundingClientRect()
    // a hidden row has no height: its line starts below
    return title === undefined || title.height === 0 ? bottom - top : title.top + title.height / 2 - top
  }
  const isShown = (list: HTMLElement, position: number) =>
    (list.children[position - 1]?.getBoundingClientRect().height ?? 0) > 0

  function draw(): void {
    const { width } = svg.getBoundingClientRect()
    // without width it is hidden: the lists are stacked
    svg.replaceChildren(
      ...positions
        .filter(({ before: from, after: to }) => width > 0 && (isShown(before, from) || isShown(after, to)))
        .map((position) => {
          const [from, to] = [middle(before, position.before), middle(after, position.after)]
          const path = document.createElementNS(SVG, 'path')
          const bend = width / 2
          path.setAttribute('d', `M0 ${from} C${bend} ${from} ${bend} ${to} ${width} ${to}`)
          path.setAttribute('class', direction(position))
          path.dataset.document = (
            after.children[position.after - 1] as HTMLElement | undefined
          )?.dataset.document
          return path
        }),
    )
  }

  const observer = new ResizeObserver(draw)
  for (const list of [before, after]) observer.observe(list)
  return {
    draw,
    show(next) {
      positions = next
      draw()
    },
  }
}

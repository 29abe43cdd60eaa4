// The pipeline as a picture for the site: one row for each level of depth, an arrow from each folder to the
// stages that read it. An arrow that follows from two others is left out, otherwise every stage would have
// one from `pairs`.
import type { StageDefinition } from '@disranker/stage'

const BOX = { width: 118, height: 34 }
const GAP = { across: 18, down: 38 }
const MARGIN = 8

interface Place {
  readonly x: number
  readonly y: number
}

/**
 * @param readBy what must be complete before a stage
 * @returns SVG, light and dark
 */
export function pipelinePicture(
  stages: readonly StageDefinition[],
  readBy: (stage: StageDefinition) => readonly StageDefinition[],
): string {
  const drawn = stages.filter(
    (stage) => readBy(stage).length > 0 || stages.some((one) => readBy(one).includes(stage)),
  )
  const before = new Map(drawn.map((stage) => [stage, readBy(stage)]))
  const all = new Map<StageDefinition, ReadonlySet<StageDefinition>>()
  const depth = new Map<StageDefinition, number>()
  // each stage reads earlier stages of the list only
  for (const stage of drawn) {
    const read = before.get(stage)!
    all.set(stage, new Set(read.flatMap((one) => [one, ...all.get(one)!])))
    depth.set(stage, 1 + Math.max(-1, ...read.map((one) => depth.get(one)!)))
  }
  const arrows = drawn.flatMap((stage) => {
    const read = before.get(stage)!
    const direct = read.filter((one) => !read.some((other) => other !== one && all.get(other)!.has(one)))
    return direct.map((from) => ({ from, to: stage }))
  })
  const rows = Map.groupBy(drawn, (stage) => depth.get(stage)!)
  const most = Math.max(...[...rows.values()].map(({ length }) => length))
  const width = 2 * MARGIN + most * (BOX.width + GAP.across) - GAP.across
  const height = 2 * MARGIN + rows.size * (BOX.height + GAP.down) - GAP.down
  const places = new Map<StageDefinition, Place>()
  for (const [row, members] of [...rows].toSorted(([a], [b]) => a - b)) {
    // each below its inputs, if there is room
    const above = (stage: StageDefinition) => {
      const xs = arrows.filter(({ to }) => to === stage).map(({ from }) => places.get(from)!.x)
      return xs.reduce((sum, x) => sum + x, 0) / (xs.length || 1)
    }
    const length = members.length * (BOX.width + GAP.across) - GAP.across
    for (const [at, stage] of members.toSorted((a, b) => above(a) - above(b)).entries())
      places.set(stage, {
        x: (width - length) / 2 + at * (BOX.width + GAP.across),
        y: MARGIN + row * (BOX.height + GAP.down),
      })
  }
  const line = ({ from, to }: (typeof arrows)[number]) => {
    const [a, b] = [places.get(from)!, places.get(to)!]
    const [x, y, u, v] = [a.x + BOX.width / 2, a.y + BOX.height, b.x + BOX.width / 2, b.y - 5]
    return `<path d="M${x} ${y}C${x} ${y + GAP.down / 1.6} ${u} ${v - GAP.down / 1.6} ${u} ${v}"/>`
  }
  const box = (stage: StageDefinition) => {
    const { x, y } = places.get(stage)!
    return (
      `<g><title>${escaped(stage.about)}</title><rect x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="6"/>` +
      `<text x="${x + BOX.width / 2}" y="${y + BOX.height / 2 + 4}">${stage.name}</text></g>`
    )
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="The stages of the pipeline and what each reads">
<style>path{fill:none;stroke:#8a94a6;stroke-width:1.3;marker-end:url(#tip)}#tip path{fill:#8a94a6;stroke:none;marker-end:none}rect{fill:#f4f6fb;stroke:#5a6b8c}text{font:13px system-ui,sans-serif;text-anchor:middle;fill:#1c2430}@media(prefers-color-scheme:dark){rect{fill:#232a36;stroke:#8fa3c8}text{fill:#e6eaf2}}</style>
<defs><marker id="tip" viewBox="0 0 8 8" refX="5" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>
${arrows.map(line).join('\n')}
${drawn.map(box).join('\n')}
</svg>
`
}

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

// Draws a vega-lite picture as SVG without a browser. Its colours are CSS variables of the surrounding page,
// so one picture serves light and dark.
import { parse, View } from 'vega'
import { type Config, compile, type TopLevelSpec } from 'vega-lite'
import { escapeHtml } from './escape-html.ts'
import { palette } from './page-style.ts'

/** the page's variables, by use */
export const colors = {
  text: 'var(--text)',
  quiet: 'var(--quiet)',
  line: 'var(--line)',
  grid: 'var(--grid)',
  accent: 'var(--accent)',
} as const

/** one of several pictures side by side */
export type Panel = Extract<TopLevelSpec, { concat: unknown }>['concat'][number]

const config: Config = {
  background: 'transparent',
  font: 'system-ui, sans-serif',
  view: { stroke: null },
  axis: {
    labelColor: colors.quiet,
    titleColor: colors.quiet,
    titleFontWeight: 'normal',
    labelFontSize: 12,
    titleFontSize: 12,
    domainColor: colors.line,
    tickColor: colors.line,
    gridColor: colors.grid,
  },
  title: { color: colors.text, fontSize: 13, fontWeight: 600, anchor: 'start', offset: 14 },
}

/** Draws `spec`; `label` is the text for screen readers. Equal specifications give equal text. */
export async function drawSvg(spec: TopLevelSpec, label: string): Promise<string> {
  const view = new View(parse(compile({ ...spec, config }).spec), { renderer: 'none' })
  try {
    const svg = await view.toSVG()
    const box = / viewBox="([^"]+)"/.exec(svg)![1]!
    const width = Number(box.split(' ')[2])
    // as wide as the page, never enlarged, and readable on a small screen (its frame scrolls)
    return svg.replace(
      /^<svg[^>]*>/,
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box}" role="img" aria-label="${escapeHtml(label)}" style="width:100%;min-width:${Math.min(600, width)}px;max-width:${width}px;height:auto">`,
    )
  } finally {
    view.finalize()
  }
}

/** The picture as a separate file, with a page's colours in it. */
export const standaloneSvg = (svg: string): string =>
  svg.replace(/^<svg[^>]*>/, (head) => `${head}<style>${palette}svg { background: var(--ground) }</style>`)

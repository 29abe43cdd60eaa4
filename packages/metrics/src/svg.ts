// A vega-lite picture as SVG, drawn without a browser. Colours are CSS variables of the page, so one picture serves light
// and dark.
import { None, parse, View } from 'vega'
import { type Config, compile, type TopLevelSpec } from 'vega-lite'

const text = 'var(--text)'
const quiet = 'var(--quiet)'
const font = 'system-ui, sans-serif'
const axis = {
  labelColor: quiet,
  titleColor: quiet,
  titleFontWeight: 'normal' as const,
  labelFontSize: 12,
  titleFontSize: 12,
  domainColor: 'var(--line)',
  tickColor: 'var(--line)',
  gridColor: 'var(--grid)',
}
const config: Config = {
  background: 'transparent',
  font,
  view: { stroke: null },
  axis,
  header: { labelColor: text, labelFontSize: 13, labelFontWeight: 600, titleColor: text },
  title: { color: text, fontSize: 13, fontWeight: 600, anchor: 'start' },
  legend: { labelColor: quiet, titleColor: quiet, titleFontWeight: 'normal' },
}

/** Draws `spec`; `label` is what a screen reader says in its place. */
export async function drawSvg(spec: TopLevelSpec, label: string): Promise<string> {
  const view = new View(parse(compile({ ...spec, config }).spec), { renderer: 'none', logLevel: None })
  try {
    const svg = await view.toSVG()
    const size = /^<svg[^>]* viewBox="([^"]+)"/.exec(svg)?.[1] ?? '0 0 600 300'
    const width = size.split(' ')[2]
    // as wide as its page allows, never blown up beyond its own size
    return svg.replace(
      /^<svg[^>]*>/,
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${size}" role="img" aria-label="${escapeHtml(label)}" style="width:100%;max-width:${width}px;height:auto">`,
    )
  } finally {
    view.finalize()
  }
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text for HTML, in elements and in quoted attributes. */
export const escapeHtml = (value: string): string => value.replace(/[&<>"']/g, (sign) => escapes[sign]!)

// A vega-lite description becomes an SVG, without a browser.
import { parse, View } from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'

/** The SVG text of a picture. Equal descriptions give equal text. */
export async function draw(spec: TopLevelSpec): Promise<string> {
  const look = { background: 'transparent', font: 'system-ui, sans-serif', view: { stroke: null } }
  const { spec: vega } = compile({ ...spec, config: { ...look, axis: { gridOpacity: 0.4 } } } as TopLevelSpec)
  const view = new View(parse(vega), { renderer: 'none' })
  try {
    return await view.toSVG()
  } finally {
    view.finalize()
  }
}

export { colors, drawSvg, type Panel, standaloneSvg } from './draw-svg.ts'
export { escapeHtml } from './escape-html.ts'
export { figure, list, type Page, page, section, tableOf } from './page.ts'

export { colors, drawSvg, type Panel, standaloneSvg } from './draw-svg.ts'
export { escapeHtml } from './escape-html.ts'
export { type Card, cards, figure, folded, list, type Page, page, section, tableOf } from './page.ts'
export { FILTERS } from './page-style.ts'

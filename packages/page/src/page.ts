// A whole page, and the parts that pages are made of.
import { escapeHtml } from './escape-html.ts'
import { pageStyle } from './page-style.ts'

export interface Page {
  readonly title: string
  readonly lead: string
  /** HTML */
  readonly sections: readonly string[]
}

/** The page as HTML: it needs no other file, and follows the reader's choice of light or dark. */
export const page = ({ title, lead, sections }: Page): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>DisRanker: ${escapeHtml(title.toLowerCase())}</title>
<style>${pageStyle}</style>
</head>
<body>
<header>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(lead)}</p>
</header>
${sections.join('\n')}
</body>
</html>
`

/** @param body HTML */
export const section = (title: string, ...body: string[]): string =>
  `<section>\n<h2>${escapeHtml(title)}</h2>\n${body.join('\n')}\n</section>`

export const list = (items: readonly string[]): string =>
  `<ul>\n${items.map((text) => `<li>${escapeHtml(text)}</li>`).join('\n')}\n</ul>`

export const figure = (svg: string, caption: string): string =>
  `<figure><div>${svg}</div><figcaption>${escapeHtml(caption)}</figcaption></figure>`

/** @param rows HTML of every <tr> */
export const tableOf = (heads: readonly string[], rows: readonly string[]): string =>
  `<div class="table" tabindex="0" role="region" aria-label="table"><table><thead><tr>${heads.map((head) => `<th scope="col">${escapeHtml(head)}</th>`).join('')}</tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`

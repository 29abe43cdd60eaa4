// A whole page, and its parts.
import { escapeHtml } from './escape-html.ts'
import { pageStyle } from './page-style.ts'

export interface Page {
  readonly title: string
  readonly lead: string
  /** HTML */
  readonly sections: readonly string[]
  /** CSS of this page only */
  readonly style?: string
}

/** The page as HTML: it has no external resources, and follows the reader's choice of light or dark. */
export const page = ({ title, lead, sections, style = '' }: Page): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>DisRanker: ${escapeHtml(title.toLowerCase())}</title>
<style>${pageStyle}${style}</style>
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

/** A card: the subject, a verdict in a few words, the figures. */
export interface Card {
  readonly title: string
  readonly verdict: string
  /** chooses the colour of the card */
  readonly tone: 'above' | 'below' | 'level'
  /** lines of text */
  readonly lines: readonly string[]
}

export const cards = (all: readonly Card[]): string =>
  `<div class="cards">${all
    .map(
      ({ title, verdict, tone, lines }) =>
        `<section class="card ${tone}"><h2>${escapeHtml(title)}</h2><p class="verdict">${escapeHtml(verdict)}</p>${lines.map((line) => `<p>${escapeHtml(line)}</p>`).join('')}</section>`,
    )
    .join('\n')}</div>`

/**
 * A section whose body is folded, and always open in print.
 * @param body HTML
 */
export const folded = (title: string, ...body: string[]): string =>
  `<details class="topic">\n<summary><h2>${escapeHtml(title)}</h2></summary>\n${body.join('\n')}\n</details>`

/** @param body HTML */
export const section = (title: string, ...body: string[]): string =>
  `<section>\n<h2>${escapeHtml(title)}</h2>\n${body.join('\n')}\n</section>`

export const list = (items: readonly string[]): string =>
  `<ul>\n${items.map((text) => `<li>${escapeHtml(text)}</li>`).join('\n')}\n</ul>`

export const figure = (svg: string, caption: string): string =>
  `<figure><div tabindex="0" role="group" aria-label="picture">${svg}</div><figcaption>${escapeHtml(caption)}</figcaption></figure>`

/** @param rows HTML of every <tr> */
export const tableOf = (heads: readonly string[], rows: readonly string[]): string =>
  `<div class="table" tabindex="0" role="region" aria-label="table"><table><thead><tr>${heads.map((head) => `<th scope="col">${escapeHtml(head)}</th>`).join('')}</tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`

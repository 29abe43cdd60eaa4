// The queries that change most as HTML: both lists of each, a filter by kind, and a link that opens the query
// on the page.
import { escapeHtml, FILTERS } from '@disranker/page'
import { plain, signed } from '../figures/figures.ts'
import type { ListedDocument, QueryGain, QueryGains } from '../measures/query-gains.ts'

/** the address of the page under `npm start` and `npm run dev` */
const PAGE = 'http://127.0.0.1:8787'
/** shown characters of a query and of a title in a list */
const LONGEST = 160

export function gainsTable({ better, worse, same, best, worst }: QueryGains): string {
  const names = [...new Set([...best, ...worst].flatMap(({ slices }) => Object.values(slices)))].slice(
    0,
    FILTERS,
  )
  const choice = (value: string, name: string, checked = '') =>
    `<label><input type="radio" name="kind" value="${value}"${checked}> ${escapeHtml(name)}</label>`
  const filter =
    names.length === 0
      ? ''
      : `<fieldset class="filter"><legend>Show</legend>${choice('all', 'all', ' checked')}${names.map((name, at) => choice(`s${at}`, name)).join('')}</fieldset>`
  const part = (title: string, queries: readonly QueryGain[]) =>
    queries.length === 0 ? '' : `<h3>${title}</h3>${queries.map((query) => queryOf(query, names)).join('\n')}`
  return `<div class="queries"><p>By nDCG@10 the served model is better than the first stage on ${better} queries, worse on ${worse} and equal on ${same}. Links open the query on the page that <code>npm run dev</code> serves.</p>${filter}${part('Better', best)}${part('Worse', worst)}</div>`
}

function queryOf(
  { text, first, served, slices, before, after }: QueryGain,
  names: readonly string[],
): string {
  const kinds = Object.values(slices).flatMap((name) =>
    names.includes(name) ? [`s${names.indexOf(name)}`] : [],
  )
  const gain = served - first
  return `<details class="${['query', ...kinds].join(' ')}"><summary><b class="${gain > 0 ? 'above' : 'below'}">${signed(gain)}</b> ${escapeHtml(cut(text))} <small>${plain(first)} to ${plain(served)}</small></summary>
<p><a href="${PAGE}/#q=${encodeURIComponent(text)}">Open it on the page</a></p>
<div class="pair"><div><h4>First stage</h4>${listOf(before)}</div><div><h4>Served</h4>${listOf(after)}</div></div></details>`
}

const listOf = (documents: readonly ListedDocument[]) =>
  `<ol>${documents
    .map(
      ({ id, title, grade }) =>
        `<li>${escapeHtml(cut(title || id))}${grade > 0 ? ` <small class="above">grade ${grade}</small>` : ''}</li>`,
    )
    .join('')}</ol>`

const cut = (text: string) => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}\u2026` : text)

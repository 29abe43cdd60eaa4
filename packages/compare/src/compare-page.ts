// The page for judging: a query, both lists, four buttons for each document. It is HTML with forms and no
// script, so that it works in any browser.
import { escapeHtml, page } from '@disranker/page'
import type { ShownList } from './lists.ts'
import type { AskedQuery } from './read-queries.ts'
import { GRADES, type Votes } from './votes.ts'

export interface PageOfQuery {
  readonly query: AskedQuery
  /** number of the query, from 0, and the number of queries */
  readonly at: number
  readonly count: number
  readonly lists: readonly [ShownList, ShownList]
  /** names of both sides, as given; undefined if the lists have no names */
  readonly names: readonly [string, string] | undefined
  readonly votes: Votes
}

/** shown characters of a summary */
const LONGEST = 400

export function queryPage({ query, at, count, lists, names, votes }: PageOfQuery): string {
  const documents = new Set(lists.flatMap((list) => list.documents.map(({ id }) => id)))
  const judged = [...documents].filter((id) => votes.gradeOf(query.id, id) !== undefined).length
  const link = (to: number, text: string) =>
    to < 0 || to >= count ? '' : `<a href="/?at=${to}"${to > at ? ' rel="next"' : ' rel="prev"'}>${text}</a>`
  const head = (list: ShownList, place: number) =>
    names === undefined ? `List ${place + 1}` : escapeHtml(names[list.side])
  const columns = lists.map(
    (list, place) =>
      `<div><h2>${head(list, place)}</h2>${list.documents.length === 0 ? '<p>It ranks nothing for this query.</p>' : `<ol>${list.documents.map((document) => itemOf(query, at, place, document, votes)).join('\n')}</ol>`}</div>`,
  )
  return page({
    title: 'Compare',
    lead: `Query ${at + 1} of ${count}. ${judged} of ${documents.size} documents have a grade; a document that is in both lists needs one.`,
    style: STYLE,
    sections: [
      `<main><p class="query-text">${escapeHtml(query.text)}</p>`,
      `<nav aria-label="queries">${link(at - 1, 'Previous query')} ${link(at + 1, 'Next query')} <a href="/result">Result</a></nav>`,
      `<div class="pair">${columns.join('\n')}</div></main>`,
    ],
  })
}

function itemOf(
  query: AskedQuery,
  at: number,
  place: number,
  { id, title, summary }: ShownList['documents'][number],
  votes: Votes,
): string {
  const grade = votes.gradeOf(query.id, id)
  const text = summary.length > LONGEST ? `${summary.slice(0, LONGEST - 1)}…` : summary
  const name = title || text || id
  const anchor = `d${place}-${encodeURIComponent(id)}`
  const buttons = GRADES.map(
    (meaning, value) =>
      `<button name="grade" value="${value}" aria-pressed="${grade === value}" title="${meaning}" aria-label="${value}, ${meaning}: ${escapeHtml(name.slice(0, 80))}">${value}</button>`,
  )
  return `<li id="${escapeHtml(anchor)}"><b>${escapeHtml(name)}</b>${title === '' ? '' : `<p>${escapeHtml(text)}</p>`}
<form method="post" action="/vote"><input type="hidden" name="at" value="${at}"><input type="hidden" name="document" value="${escapeHtml(id)}"><input type="hidden" name="anchor" value="${escapeHtml(anchor)}">${buttons.join('')}</form></li>`
}

export function resultPage(sentence: string, folder: string, names: readonly [string, string]): string {
  return page({
    title: 'Result of the votes',
    lead: `${names[0]} and ${names[1]}`,
    style: STYLE,
    sections: [
      `<main><p>${escapeHtml(sentence)}</p><p>The votes are in <code>${escapeHtml(folder)}</code>: qrels.txt and queries.jsonl, which you can copy to packages/dataset/in. A query counts when every document that is shown has a grade.</p><nav aria-label="queries"><a href="/">Back to the queries</a></nav></main>`,
    ],
  })
}

const STYLE = `
.query-text { font-size: 1.25rem; font-weight: 600; margin: 1.25rem 0 .5rem; }
nav { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; margin: 0 0 1rem; } nav a { padding: .25rem 0; }
.pair > div { min-width: 0; } .pair li { border-top: 1px solid var(--grid); padding-top: .5rem; } .pair li p { margin: .25rem 0; color: var(--quiet); }
.pair form { display: flex; gap: .35rem; margin: .35rem 0 .5rem; }
.pair button { min-width: 2.4rem; min-height: 2.4rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--card); color: var(--text); font: inherit; cursor: pointer; }
.pair button[aria-pressed="true"] { background: var(--accent); border-color: var(--accent); color: var(--ground); }
@media (max-width: 34rem) { .pair { gap: .6rem; } .pair ol { padding-left: 1.1rem; } .pair button { min-width: 1.9rem; padding: 0; } .pair form { gap: .2rem; } }
`

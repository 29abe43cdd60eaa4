// The script of /experiments: requests the counts with the operator's key, shows a table for each experiment,
// and updates it.

import { keyHeaders } from './asking/rerank-client.ts'
import { byId } from './elements.ts'

interface Told {
  readonly counted: string
  readonly experiments: readonly {
    readonly name: string
    readonly design: string
    readonly state: string
    readonly shares?: string
    readonly arms: readonly Readonly<Record<string, string | number | boolean>>[]
  }[]
}

const KEY = 'disranker-key'
const AGAIN = 10_000 // ms

const key = byId<HTMLInputElement>('key')
const problem = byId('problem')

async function show(): Promise<void> {
  try {
    const answer = await fetch('/v1/experiments', { headers: keyHeaders(key.value) })
    const told = (await answer.json()) as Told & { readonly message?: string }
    if (!answer.ok) throw new Error(told.message ?? `The server answered ${answer.status}.`)
    sessionStorage.setItem(KEY, key.value)
    problem.hidden = true
    byId('counted').textContent =
      `Counted ${told.counted}${told.experiments.length === 0 ? '. There is no experiment.' : '.'}`
    byId('tables').replaceChildren(...told.experiments.map(sectionOf))
  } catch (error) {
    problem.textContent =
      error instanceof TypeError ? 'The server could not be reached.' : (error as Error).message
    problem.hidden = false
  }
}

function sectionOf({ name, design, state, shares, arms }: Told['experiments'][number]): HTMLElement {
  const section = element('section')
  const title = element('h2', name)
  title.id = `experiment-${name}`
  const line = `${design}, ${state}${shares === undefined ? '' : `; users of the arms: ${shares}`}`
  const region = element('div')
  region.className = 'wide'
  region.tabIndex = 0
  region.role = 'region'
  region.setAttribute('aria-labelledby', title.id)
  region.append(tableOf(arms))
  section.append(title, element('p', line), region)
  return section
}

/** columns of the counts, in words */
const COLUMNS: Readonly<Record<string, string>> = {
  arm: 'arm',
  model: 'model',
  weight: 'weight',
  units: 'users',
  searches: 'searches',
  clicked_searches: 'searches with a click',
  won_searches: 'searches won',
  clicks: 'clicks',
}

function tableOf(arms: Told['experiments'][number]['arms']): HTMLTableElement {
  const names = Object.keys(COLUMNS).filter((name) => arms.some((arm) => arm[name] !== undefined))
  const table = element('table')
  const head = element('tr')
  head.append(
    ...names.map((name) => {
      const cell = element('th', COLUMNS[name])
      cell.scope = 'col'
      return cell
    }),
  )
  const rows = arms.map((arm) => {
    const row = element('tr')
    row.append(...names.map((name) => element('td', cellOf(arm, name))))
    return row
  })
  table.append(head, ...rows)
  return table
}

const cellOf = (arm: Told['experiments'][number]['arms'][number], name: string) => {
  const text = typeof arm[name] === 'number' ? arm[name].toLocaleString('en') : String(arm[name] ?? '')
  // there were more than are kept
  return name === 'units' && arm.complete === false ? `${text} and more` : text
}

function element<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, text = ''): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag)
  made.textContent = text
  return made
}

key.value = sessionStorage.getItem(KEY) ?? ''
byId('ask').addEventListener('submit', (event) => {
  event.preventDefault()
  void show()
})
if (byId('ask').hidden || key.value !== '') void show()
setInterval(() => {
  if (document.visibilityState === 'visible' && problem.hidden && byId('counted').textContent !== '')
    void show()
}, AGAIN)

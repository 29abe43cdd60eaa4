// The page: a query, the candidates of a first stage, and the order the model gives them, side by side.
import { loadAnalyzer } from '@disranker/lexical'
import { CODE_FORMS } from './asking/as-code.ts'
import { rerankHere } from './asking/browser-ranker.ts'
import { offerCopy } from './asking/copy-button.ts'
import { addressState, fillForm, formState, key, own, query, rememberView, texts } from './asking/form.ts'
import { LONGEST_OWN } from './asking/page-state.ts'
import { bodyOf, Refusal, rerankAtTheEdge, type ServerState, serverState } from './asking/rerank-client.ts'
import { byId } from './elements.ts'
import type { ExampleQuery } from './example.ts'
import type { First } from './first.ts'
import { type Candidate, exampleCandidates, ownCandidates } from './own/candidates.ts'
import { askSearch, offerFile } from './own/own-sources.ts'
import { markList, ubiOf } from './own-record.ts'
import { createLines } from './results/lines.ts'
import { createMarker } from './results/matched-words.ts'
import { positions, summarise } from './results/movement.ts'
import { fillList, linkRows, type Marker } from './results/result-list.ts'
import { listenToKeys } from './shortcuts.ts'

/** rows of the first screen */
const FIRST_ROWS = 10
/** if the server shows no corpus */
const NOTHING: First = { corpusSize: 0, carried: 0, queries: [], found: [], attribution: '' }
const KEY = 'disranker-key'

const samples = byId<HTMLSelectElement>('samples')
const status = byId('status')
const problem = byId('problem')
const note = byId('note')
const all = byId('all')
const before = byId('before')
const after = byId('after')
const lines = createLines(byId<SVGSVGElement>('lines'), before, after)
const unmarked: Marker = (text) => [{ text, matched: false }]

function complain(message: string): void {
  problem.textContent = message
  problem.hidden = message === ''
}

function clear(): void {
  complain('')
  status.textContent = ''
  note.hidden = true
  byId('how').textContent = ''
  lines.show([])
  for (const list of [before, after]) fillList(list, [], unmarked)
  all.hidden = true
}

function showAll(everything: boolean): void {
  byId('lists').classList.toggle('all', everything)
  all.ariaExpanded = String(everything)
  const count = before.children.length
  all.hidden = count <= FIRST_ROWS
  all.textContent = everything ? `Only the first ${FIRST_ROWS}` : `All ${count}`
}

function start(server: ServerState): void {
  const example = server.example ?? NOTHING
  const model = server.model ?? 'disranker'
  const corpus = exampleCandidates(example)
  let asked: { readonly text: string; readonly candidates: readonly Candidate[] } | undefined

  async function candidatesOf(text: string, signal: AbortSignal): Promise<readonly Candidate[]> {
    const { api: address, path } = formState()
    if (!own.checked) return corpus.find(text)
    if (address !== '') texts.value = await askSearch({ address, path, query: text }, signal)
    return ownCandidates(texts.value)
  }

  let running = new AbortController()
  const search = async () => {
    running.abort()
    running = new AbortController()
    const { signal } = running
    const text = query.value.trim()
    clear()
    asked = undefined
    sessionStorage.setItem(KEY, key.value)
    document.body.ariaBusy = 'true'
    try {
      if (text === '') throw new Error('Type a query, or pick one of the samples.')
      const candidates = await candidatesOf(text, signal)
      if (signal.aborted) return
      asked = { text, candidates }
      rememberView(formState())
      await rank(text, candidates, signal)
    } catch (error) {
      if (signal.aborted) return
      status.textContent = ''
      // fetch's own error is for programs
      complain(
        error instanceof TypeError
          ? 'The server could not be reached. Is it still running?'
          : (error as Error).message,
      )
    } finally {
      if (!signal.aborted) document.body.ariaBusy = 'false'
    }
  }

  async function rank(text: string, candidates: readonly Candidate[], signal: AbortSignal): Promise<void> {
    const sample = own.checked ? undefined : example.queries.find((known) => known.text === text)
    samples.value = sample?.id ?? ''
    const grade = gradeOf(candidates, sample)
    const documents = candidates.map(({ document }) => document)
    await loadAnalyzer(example.analyzer)
    const mark = createMarker(
      text,
      documents.map(({ title, summary }) => `${title} ${summary}`),
      example.analyzer,
    )
    const row = (position: number, score: string) => ({
      document: documents[position - 1]!,
      score,
      grade: grade(position),
    })
    fillList(
      before,
      candidates.map(({ score }, at) => row(at + 1, score?.toFixed(1) ?? '')),
      mark,
    )
    showAll(false)
    if (server.key && key.value === '') {
      status.textContent = 'This server wants a key. With one above, it ranks these.'
      return key.focus()
    }
    status.textContent = 'Reranking\u2026'
    const rerank = formState().here ? rerankHere : rerankAtTheEdge
    const how = { model, key: key.value, signal }
    // a user's own documents are not recorded
    const ubi = server.record && !own.checked ? ubiOf(documents.map(({ id }) => id)) : undefined
    const answer = await rerank(text, documents, { ...how, ubi }).catch((error) => {
      if (error instanceof Refusal && error.status === 401) byId('key-row').hidden = false
      throw error
    })
    // requested once for all documents, when the first of them is opened
    let explained: ReturnType<typeof rerank> | undefined
    const explain = async (position: number) => {
      explained ??= rerank(text, documents, { ...how, explain: true })
      const { results } = await explained.catch((error) => {
        explained = undefined
        throw error
      })
      return results.find(({ index }) => index === position - 1)?.explanation
    }
    const order = positions(answer.results)
    fillList(
      after,
      order.map((position) => ({
        ...row(position.before, position.relevance.toFixed(2)),
        position,
        explain: () => explain(position.before),
      })),
      mark,
    )
    markList(after, answer.ubi)
    lines.show(order)
    const title = (position: number) => documents[position - 1]!.title || `document ${position}`
    status.textContent = summarise(order, title, grade)
    note.textContent = sample?.note ?? ''
    note.hidden = sample?.note === undefined
    byId('how').textContent = `${answer.how}; ${answer.tokens} tokens; ${answer.model}.`
  }

  const describe = () => {
    byId('own-row').hidden = !own.checked
    byId('before-what').textContent = own.checked ? 'your order' : 'BM25'
    samples.hidden = own.checked || example.queries.length === 0
    byId('attribution').textContent = own.checked ? '' : example.attribution
  }
  byId('key-row').hidden = !server.key
  byId('api-row').hidden = server.search !== true
  key.value = sessionStorage.getItem(KEY) ?? ''
  const { carried, corpusSize } = example
  byId('corpus').textContent =
    carried === corpusSize ? `${carried} of the example` : `${carried} of ${corpusSize}`
  for (const sample of example.queries) samples.add(new Option(sample.text, sample.id))
  byId('example-choice').hidden = server.example === null

  byId('form').addEventListener('submit', (event) => {
    event.preventDefault()
    void search()
  })
  samples.addEventListener('change', () => {
    const sample = example.queries.find(({ id }) => id === samples.value)
    if (sample === undefined) return
    query.value = sample.text
    void search()
  })
  for (const id of ['edge', 'here']) byId(id).addEventListener('change', () => asked && void search())
  byId('example').addEventListener('change', () => {
    describe()
    void search()
  })
  const ownChosen = () => {
    running.abort()
    clear()
    describe()
  }
  own.addEventListener('change', ownChosen)
  offerFile(texts, complain, ownChosen)
  // a focused field means that a search is likely
  for (const field of [query, samples])
    field.addEventListener('focus', () => own.checked || corpus.prepare(), { once: true })
  all.addEventListener('click', () => {
    showAll(all.ariaExpanded !== 'true')
    lines.draw()
  })
  const body = () =>
    bodyOf(model, asked?.text ?? query.value.trim(), asked?.candidates.map(({ document }) => document) ?? [])
  for (const [name, asCode] of Object.entries(CODE_FORMS)) {
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'quiet'
    button.textContent = `Copy as ${name}`
    byId('forms').append(button)
    offerCopy(button, () => asCode(location.origin, body(), key.value !== ''))
  }
  offerCopy(byId('share'), () => {
    const state = formState()
    rememberView(state)
    if ((state.own?.length ?? 0) > LONGEST_OWN)
      complain(`The link is without the documents: they have more than ${LONGEST_OWN} characters.`)
    return location.href
  })
  linkRows(before, after, byId<SVGSVGElement>('lines'))
  listenToKeys(query, [before, after])

  /** Shows the view of the address, or else the first sample. */
  function show(): void {
    const state = addressState()
    const first = state.own === undefined && server.example !== null ? (example.queries[0]?.text ?? '') : ''
    fillForm({ ...state, query: state.query || first })
    if (server.example === null) own.checked = true
    describe()
    // a link must not make this browser call an address that its user has not seen
    if (query.value !== '' && state.api === '' && (state.own ?? server.example)) void search()
  }
  addEventListener('hashchange', show)
  show()
}

/** The judges' grade of the document at a position; 0 if it was not judged. */
const gradeOf = (candidates: readonly Candidate[], sample: ExampleQuery | undefined) => (position: number) =>
  sample?.grades[candidates[position - 1]!.document.id] ?? 0

serverState()
  .then(start)
  .catch((error) => complain(`The page could not start: ${error instanceof Error ? error.message : error}`))

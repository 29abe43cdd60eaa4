// The page: a query, the candidates of a first stage, and the order the model gives them, side by side. Whatever is asked
// is read from the form when it is asked, so that a list that was refused is never ranked in place of another.
import { asCurl, asTypeScript } from './as-code.ts'
import { rerankHere } from './browser-ranker.ts'
import { type Candidate, exampleCandidates, ownCandidates } from './candidates.ts'
import { offerCopy } from './copy-button.ts'
import { byId } from './elements.ts'
import type { ExampleQuery } from './example.ts'
import type { First } from './first.ts'
import { createLines } from './lines.ts'
import { places, summarise } from './movement.ts'
import { bodyOf, Refusal, rerankAtTheEdge, type ServerState, serverState } from './rerank-client.ts'
import { fillList, linkRows } from './result-list.ts'

/** rows of the first screen */
const FIRST_ROWS = 10
/** where the server shows no corpus of its own */
const NOTHING: First = { corpusSize: 0, carried: 0, queries: [], found: [], attribution: '' }
const KEY = 'disranker-key'

const query = byId<HTMLInputElement>('query')
const samples = byId<HTMLSelectElement>('samples')
const key = byId<HTMLInputElement>('key')
const own = byId<HTMLInputElement>('own')
const status = byId('status')
const problem = byId('problem')
const all = byId('all')
const before = byId('before')
const after = byId('after')
const lines = createLines(byId<SVGSVGElement>('lines'), before, after)

function complain(message: string): void {
  problem.textContent = message
  problem.hidden = message === ''
}

function clear(): void {
  complain('')
  status.textContent = ''
  byId('how').textContent = ''
  lines.show([])
  for (const list of [before, after]) fillList(list, [])
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

  const candidatesOf = (text: string) =>
    own.checked ? ownCandidates(byId<HTMLTextAreaElement>('texts').value) : corpus.find(text)

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
      const candidates = await candidatesOf(text)
      if (signal.aborted) return
      asked = { text, candidates }
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
    if (!own.checked) history.replaceState(null, '', `?q=${encodeURIComponent(text)}`)
    const grade = gradeOf(candidates, sample)
    const row = (position: number, score: string) => ({
      document: candidates[position - 1]!.document,
      score,
      grade: grade(position),
    })
    fillList(
      before,
      candidates.map(({ score }, at) => row(at + 1, score?.toFixed(1) ?? '')),
    )
    showAll(false)
    if (server.key && key.value === '') {
      status.textContent = 'This server wants a key. With one above, it ranks these.'
      return key.focus()
    }
    status.textContent = 'Reranking…'
    const rerank = byId<HTMLInputElement>('here').checked ? rerankHere : rerankAtTheEdge
    const documents = candidates.map(({ document }) => document)
    const answer = await rerank(text, documents, { model, key: key.value, signal }).catch((error) => {
      if (error instanceof Refusal && error.status === 401) byId('key-row').hidden = false
      throw error
    })
    const order = places(answer.results)
    fillList(
      after,
      order.map((place) => ({ ...row(place.before, place.relevance.toFixed(2)), place })),
    )
    lines.show(order)
    const title = (position: number) => candidates[position - 1]!.document.title || `document ${position}`
    status.textContent = summarise(order, title, grade)
    byId('how').textContent = `${answer.how}; ${answer.tokens} tokens; ${answer.model}.`
  }

  const describe = () => {
    byId('own-row').hidden = !own.checked
    byId('before-what').textContent = own.checked ? 'your order' : 'BM25'
    samples.hidden = own.checked || example.queries.length === 0
    byId('attribution').textContent = own.checked ? '' : example.attribution
  }
  byId('key-row').hidden = !server.key
  key.value = sessionStorage.getItem(KEY) ?? ''
  const { carried, corpusSize } = example
  byId('corpus').textContent =
    carried === corpusSize ? `${carried} of the example` : `${carried} of ${corpusSize}`
  for (const sample of example.queries) samples.add(new Option(sample.text, sample.id))
  byId('example-choice').hidden = server.example === null
  own.checked = server.example === null
  describe()

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
  own.addEventListener('change', () => {
    running.abort()
    clear()
    describe()
  })
  // whoever comes here is about to search
  for (const field of [query, samples])
    field.addEventListener('focus', () => own.checked || corpus.prepare(), { once: true })
  all.addEventListener('click', () => {
    showAll(all.ariaExpanded !== 'true')
    lines.draw()
  })
  const body = () =>
    bodyOf(model, asked?.text ?? query.value.trim(), asked?.candidates.map(({ document }) => document) ?? [])
  offerCopy('copy-curl', () => asCurl(location.origin, body(), key.value !== ''))
  offerCopy('copy-typescript', () => asTypeScript(location.origin, body(), key.value !== ''))
  linkRows(before, after, byId<SVGSVGElement>('lines'))
  query.value = new URLSearchParams(location.search).get('q') ?? example.queries[0]?.text ?? ''
  if (server.example !== null && query.value !== '') void search()
}

/** The judges' grade of the document at a position; 0 where nobody judged. */
const gradeOf = (candidates: readonly Candidate[], sample: ExampleQuery | undefined) => (position: number) =>
  sample?.grades[candidates[position - 1]!.document.id] ?? 0

serverState()
  .then(start)
  .catch((error) => complain(`The page could not start: ${error instanceof Error ? error.message : error}`))

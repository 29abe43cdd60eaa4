// The first page: a query, the 50 best documents by BM25 found in this browser, and the order the model on the server
// gives them, side by side.
import { createBm25 } from '@disranker/tokenizer'
import type { Example } from './example.ts'
import { places, summarise } from './movement.ts'
import { modelName, Refusal, rerank } from './rerank-client.ts'
import { fillList, linkRows } from './result-list.ts'

const DEPTH = 50

function byId<Kind extends HTMLElement = HTMLElement>(id: string): Kind {
  const found = document.getElementById(id)
  if (found === null) throw new Error(`The page has no element "${id}"`)
  return found as Kind
}

const query = byId<HTMLInputElement>('query')
const samples = byId<HTMLSelectElement>('samples')
const key = byId<HTMLInputElement>('key')
const status = byId('status')
const problem = byId('problem')
const before = byId('before')
const after = byId('after')

function complain(message: string): void {
  problem.textContent = message
  problem.hidden = message === ''
}

async function start(): Promise<void> {
  const [example, model] = await Promise.all([
    fetch('/example.json').then((response) => {
      if (!response.ok) throw new Error(`/example.json: the server answered ${response.status}`)
      return response.json() as Promise<Example>
    }),
    modelName(),
  ])
  const texts = example.documents.map(({ title, summary }) => `${title} ${summary}`)
  const firstStage = createBm25(texts)
  byId('attribution').textContent = example.attribution
  byId('corpus').textContent =
    example.corpusSize === example.documents.length
      ? `${example.corpusSize} documents`
      : `${example.documents.length} of ${example.corpusSize} documents`
  for (const sample of example.queries) samples.add(new Option(sample.text, sample.id))

  let running = new AbortController()
  const search = async () => {
    running.abort()
    running = new AbortController()
    const { signal } = running
    const text = query.value.trim()
    complain('')
    if (text === '') return complain('Type a query, or pick one of the samples.')
    history.replaceState(null, '', `?q=${encodeURIComponent(text)}`)
    const sample = example.queries.find((known) => known.text === text)
    samples.value = sample?.id ?? ''
    const began = performance.now()
    const first = firstStage.search(text, DEPTH)
    const firstTime = performance.now() - began
    const documentAt = (index: number) => example.documents[index]!
    const grade = (index: number) => sample?.grades[documentAt(index).id] ?? 0
    fillList(after, [])
    fillList(
      before,
      first.map(({ index, score }) => ({
        document: documentAt(index),
        score: score.toFixed(2),
        grade: grade(index),
      })),
    )
    if (first.length === 0) {
      status.textContent = ''
      return complain('No document holds a word of this query. Try other words.')
    }
    status.textContent = `BM25 found ${first.length} documents in ${firstTime.toFixed(0)} ms. Reranking…`
    document.body.ariaBusy = 'true'
    try {
      const found = first.map(({ index }) => documentAt(index))
      const answer = await rerank(text, found, { model, key: key.value, signal })
      const all = places(first, answer.results)
      fillList(
        after,
        all.map((place) => ({
          document: documentAt(place.document),
          score: place.relevance.toFixed(3),
          grade: grade(place.document),
          place,
        })),
      )
      const title = (index: number) => documentAt(index).title
      status.textContent =
        `BM25 ${firstTime.toFixed(0)} ms here; rerank ${answer.milliseconds.toFixed(0)} ms there and back, ` +
        `${answer.tokens} tokens. ${summarise(all, title, grade)}`
    } catch (error) {
      if (signal.aborted) return
      status.textContent = ''
      if (error instanceof Refusal && error.status === 401) byId('key-row').hidden = false
      complain(
        error instanceof Refusal ? error.message : 'The server could not be reached. Is it still running?',
      )
    } finally {
      if (!signal.aborted) document.body.ariaBusy = 'false'
    }
  }

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
  linkRows(before, after)
  query.value = new URLSearchParams(location.search).get('q') ?? example.queries[0]?.text ?? ''
  if (query.value !== '') void search()
}

start().catch((error) =>
  complain(`The page could not start: ${error instanceof Error ? error.message : error}`),
)

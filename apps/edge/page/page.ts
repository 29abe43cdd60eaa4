// The page: a query, the best documents by BM25 found in this browser, and the order the model gives them, side by side.
import { asCurl, asTypeScript } from './as-code.ts'
import { rerankHere } from './browser-ranker.ts'
import { offerCopy } from './copy-button.ts'
import { type Corpus, exampleCorpus, ownCorpus } from './corpus.ts'
import { byId } from './elements.ts'
import type { Example, ExampleQuery } from './example.ts'
import { createLines } from './lines.ts'
import { places, summarise } from './movement.ts'
import { parseDocuments } from './own-documents.ts'
import { bodyOf, modelName, Refusal, rerankAtTheEdge } from './rerank-client.ts'
import { fillList, linkRows } from './result-list.ts'

const DEPTH = 50
/** of pasted documents; the server's own limit is higher */
const MOST_OWN = 200

/** where the server shows none: own documents are left */
const NO_EXAMPLE: Example = { embedded: false, documents: [], corpusSize: 0, queries: [], attribution: '' }

const query = byId<HTMLInputElement>('query')
const samples = byId<HTMLSelectElement>('samples')
const key = byId<HTMLInputElement>('key')
const own = byId<HTMLTextAreaElement>('own')
const status = byId('status')
const problem = byId('problem')
const before = byId('before')
const after = byId('after')
const lines = createLines(byId<SVGSVGElement>('lines'), before, after)

function complain(message: string): void {
  problem.textContent = message
  problem.hidden = message === ''
}

async function start(): Promise<void> {
  const [example, model] = await Promise.all([
    fetch('/example.json').then((response) => {
      if (response.status === 404) return NO_EXAMPLE
      if (!response.ok) throw new Error(`/example.json: the server answered ${response.status}`)
      return response.json() as Promise<Example>
    }),
    modelName(),
  ])
  let corpus: Corpus = exampleCorpus(example)
  const describeExample = () => {
    byId('attribution').textContent = example.attribution
    const { length } = example.documents
    byId('corpus').textContent =
      example.corpusSize === length ? `${length} documents` : `${length} of ${example.corpusSize} documents`
  }
  describeExample()
  for (const sample of example.queries) samples.add(new Option(sample.text, sample.id))

  const found = () => corpus.search(query.value.trim(), corpus.documents.length > DEPTH ? DEPTH : MOST_OWN)
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
    const first = found()
    const firstTime = (performance.now() - began).toFixed(0)
    const grade = gradeOf(corpus, sample)
    const row = (index: number, score: string) => ({
      document: corpus.documents[index]!,
      score,
      grade: grade(index),
    })
    lines.show([])
    fillList(after, [])
    fillList(
      before,
      first.map(({ index, score }) => row(index, score.toFixed(2))),
    )
    if (first.length === 0) {
      status.textContent = ''
      return complain('No document holds a word of this query. Try other words.')
    }
    status.textContent = `BM25 found ${first.length} documents in ${firstTime} ms. Reranking…`
    document.body.ariaBusy = 'true'
    try {
      const documents = first.map(({ index }) => corpus.documents[index]!)
      const rerank = byId<HTMLInputElement>('here').checked ? rerankHere : rerankAtTheEdge
      const answer = await rerank(text, documents, { model, key: key.value, signal })
      const all = places(first, answer.results)
      fillList(
        after,
        all.map((place) => ({ ...row(place.document, place.relevance.toFixed(3)), place })),
      )
      lines.show(all)
      const title = (index: number) => corpus.documents[index]!.title || `document ${index + 1}`
      status.textContent =
        `BM25 ${firstTime} ms; ${answer.how}; ${answer.tokens} tokens; ${answer.model}. ` +
        summarise(all, title, grade)
    } catch (error) {
      if (signal.aborted) return
      status.textContent = ''
      if (error instanceof Refusal && error.status === 401) byId('key-row').hidden = false
      const unreachable = error instanceof TypeError
      complain(
        unreachable ? 'The server could not be reached. Is it still running?' : (error as Error).message,
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
  for (const id of ['edge', 'here']) byId(id).addEventListener('change', () => void search())
  byId('use-own').addEventListener('click', () => {
    try {
      corpus = ownCorpus(parseDocuments(own.value, MOST_OWN))
    } catch (error) {
      return complain((error as Error).message)
    }
    byId('corpus').textContent = `your ${corpus.documents.length} documents`
    byId('attribution').textContent = ''
    byId('use-example').hidden = false
    void search()
  })
  byId('use-example').addEventListener('click', () => {
    corpus = exampleCorpus(example)
    describeExample()
    byId('use-example').hidden = true
    void search()
  })
  const body = () =>
    bodyOf(
      model,
      query.value.trim(),
      found().map(({ index }) => corpus.documents[index]!),
    )
  offerCopy('copy-curl', () => asCurl(location.origin, body(), key.value !== ''))
  offerCopy('copy-typescript', () => asTypeScript(location.origin, body(), key.value !== ''))
  linkRows(before, after, byId<SVGSVGElement>('lines'))
  query.value = new URLSearchParams(location.search).get('q') ?? example.queries[0]?.text ?? ''
  if (query.value !== '') void search()
}

/** The judges' grade of a document; 0 where nobody judged. */
const gradeOf = (corpus: Corpus, sample: ExampleQuery | undefined) => (index: number) =>
  sample?.grades[corpus.documents[index]!.id] ?? 0

start().catch((error) =>
  complain(`The page could not start: ${error instanceof Error ? error.message : error}`),
)

// The page's side of ranking-worker.ts: it chooses the model, and matches answers to calls.
import type { ExampleDocument } from '../example.ts'
import type { WorkerAnswer, WorkerCall, WorkerModel } from '../ranking-worker.ts'
import { type Asked, keyHeaders, Refusal, type Reranked } from './rerank-client.ts'

let worker: Worker | undefined
let calls = 0

/**
 * Ranks in this browser.
 * @throws {Refusal} the server does not provide the model
 * @throws {Error} the model does not load here
 */
export async function rerankHere(
  query: string,
  documents: readonly ExampleDocument[],
  { key, signal, explain = false }: Asked,
): Promise<Reranked> {
  const model = await servedModel(key, signal)
  const answer = await ask({
    call: ++calls,
    model,
    query,
    documents: documents.map(({ title, summary }) => (title === '' ? summary : { title, summary })),
    explain,
  })
  signal.throwIfAborted()
  if ('problem' in answer) throw new Error(`This browser could not rank: ${answer.problem}`)
  const { results, tokens, loading, ranking } = answer
  const loadingTime = loading > 0 ? `, after ${loading.toFixed(0)} ms of loading` : ''
  return {
    results,
    tokens,
    how: `rerank ${ranking.toFixed(0)} ms in this browser${loadingTime}`,
    model: model.folder.split('/').slice(-2).join('@'),
  }
}

async function servedModel(key: string, signal: AbortSignal): Promise<WorkerModel> {
  const response = await fetch('/v1/models', { headers: keyHeaders(key), signal })
  const told = await response.json().catch(() => ({}))
  if (!response.ok)
    throw new Refusal(response.status, told.message ?? `The server answered ${response.status}.`)
  const [{ id, version, files }] = told.data
  // the model card is for people
  const names = Object.keys(files).filter((name) => !name.endsWith('.md'))
  return { folder: `/models/${id}/${version}`, files: ['manifest.json', ...names], key }
}

function ask(call: WorkerCall): Promise<WorkerAnswer> {
  worker ??= new Worker('/ranking-worker.js', { type: 'module' })
  const mine = worker
  return new Promise((resolve, reject) => {
    const done = new AbortController()
    const { signal } = done
    mine.addEventListener(
      'message',
      ({ data }: MessageEvent<WorkerAnswer>) => {
        if (data.call !== call.call) return
        done.abort()
        resolve(data)
      },
      { signal },
    )
    mine.addEventListener(
      'error',
      ({ message }) => {
        done.abort()
        worker = undefined
        reject(
          new Error(`This browser could not start the ranking: ${message || 'its worker did not load.'}`),
        )
      },
      { signal },
    )
    mine.postMessage(call)
  })
}

// The indexes ubi_queries and ubi_events of OpenSearch or Elasticsearch. A day of an index becomes one file, read page by page in the
// order of time and id (search_after), so that the memory does not grow with the index.
import { InputError } from '@disranker/stage'
import type { RecordSource, RemoteFile } from './record-source.ts'

export interface OpenSearchOptions {
  /** such as `https://search.example:9200` */
  readonly url: string
  /** such as `Basic ...` or `ApiKey ...` */
  readonly authorization?: string | undefined
  /** rows of a page */
  readonly page?: number
}

const DAY = 86_400_000

/** @throws {InputError} when used: the engine refuses, or does not have such an index */
export function openSearchSource({ url, authorization, page = 5_000 }: OpenSearchOptions): RecordSource {
  const root = url.replace(/\/$/, '')
  async function search(index: string, body: object): Promise<SearchAnswer> {
    const answer = await fetch(`${root}/${index}/_search`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
      body: JSON.stringify(body),
    })
    if (!answer.ok)
      throw new InputError(
        `${root}/${index} answered ${answer.status}. Wanted: the index of User Behavior Insights. Check the address and the authorization.`,
      )
    return (await answer.json()) as SearchAnswer
  }
  const days = (index: string) =>
    search(index, {
      size: 0,
      aggs: { days: { date_histogram: { field: 'timestamp', calendar_interval: 'day', min_doc_count: 1 } } },
    })
  return {
    name: root,
    async *list(since) {
      for (const index of ['ubi_queries', 'ubi_events'])
        for (const { key, doc_count } of (await days(index)).aggregations?.days.buckets ?? []) {
          const day = new Date(key).toISOString().slice(0, 10)
          // a day with new rows has another tag
          if (since === undefined || key + DAY > since.getTime())
            yield { name: `${index}/${day}.jsonl`, tag: String(doc_count) }
        }
    },
    async read({ name }: RemoteFile) {
      const [index, file] = name.split('/') as [string, string]
      const from = Date.parse(file.slice(0, 10))
      return rowsOf((after) =>
        search(index, {
          size: page,
          query: { range: { timestamp: { gte: from, lt: from + DAY, format: 'epoch_millis' } } },
          sort: [{ timestamp: 'asc' }, { _id: 'asc' }],
          ...(after && { search_after: after }),
        }),
      )
    },
  }
}

interface SearchAnswer {
  readonly hits: { readonly hits: readonly { readonly _source: object; readonly sort: readonly unknown[] }[] }
  readonly aggregations?: {
    readonly days: { readonly buckets: readonly { key: number; doc_count: number }[] }
  }
}

async function* rowsOf(
  next: (after: readonly unknown[] | undefined) => Promise<SearchAnswer>,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  let after: readonly unknown[] | undefined
  for (;;) {
    const { hits } = (await next(after)).hits
    const last = hits.at(-1)
    if (last === undefined) return
    yield encoder.encode(hits.map(({ _source }) => `${JSON.stringify(_source)}\n`).join(''))
    after = last.sort
  }
}

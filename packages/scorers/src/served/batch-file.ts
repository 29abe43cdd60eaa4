// vLLM's batch files (and OpenAI's, for chat): requests that another machine answers later, `vllm run-batch
// -i requests -o results --model ...`. A request is identified by its content, so the answers may come in any
// order, in several files, and twice.
import { createReadStream, existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { InputError } from '@disranker/stage'
import { type Api, apis } from './apis.ts'
import { BadAnswer } from './bad-answer.ts'
import type { PreparedRequest } from './served-scorer.ts'
import type { Requested } from './server.ts'

/** The line of a request. */
export function batchLine({ api }: Requested, { key, body }: PreparedRequest): string {
  const { batch }: Api = apis[api]
  return `${JSON.stringify({ custom_id: key, method: 'POST', url: batch, body: body() })}\n`
}

export interface BatchResults {
  /** answers by the key of their request */
  readonly answers: ReadonlyMap<string, unknown>
  /** failed requests, with file, line and reason */
  readonly failed: readonly string[]
}

interface ResultLine {
  readonly custom_id?: unknown
  readonly response?: { readonly status_code?: number; readonly body?: unknown } | null
  readonly error?: unknown
}

/**
 * Reads results; later files override earlier ones.
 * @throws {InputError} naming the line that is no result
 */
export async function readBatchResults(files: readonly string[]): Promise<BatchResults> {
  const answers = new Map<string, unknown>()
  const failed = new Map<string, string>()
  for (const file of files.filter((one) => existsSync(one))) {
    let number = 0
    for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
      number++
      if (text.trim() === '') continue
      const { custom_id: key, response, error } = parse(file, number, text)
      const status = response?.status_code ?? 200
      if (response?.body !== undefined && response.body !== null && status === 200) {
        answers.set(key as string, response.body)
        failed.delete(key as string)
      } else if (!answers.has(key as string)) {
        const why = JSON.stringify(error ?? response?.body ?? `status ${status}`).slice(0, 200)
        failed.set(key as string, `${file}, line ${number}: ${why}`)
      }
    }
  }
  return { answers, failed: [...failed.values()] }
}

function parse(file: string, line: number, text: string): ResultLine {
  let parsed: ResultLine | undefined
  try {
    parsed = JSON.parse(text) as ResultLine
  } catch {}
  if (typeof parsed?.custom_id === 'string') return parsed
  throw new InputError(
    `${file}, line ${line}: "${text.slice(0, 80)}" is no result of a batch. Wanted: {"custom_id": ..., "response": {"status_code": 200, "body": ...}}, as vllm run-batch writes it. A last line may be cut: run the batch again, or take the line out.`,
  )
}

/**
 * The scores of a request.
 * @throws {InputError} when its answer does not follow the API
 */
export function readBatchAnswer(request: PreparedRequest, answer: unknown): number[] {
  try {
    return request.read(answer)
  } catch (error) {
    if (error instanceof BadAnswer)
      throw new InputError(
        `The result ${request.key}: ${error.message}. Is \`api\` in the recipe that of the batch?`,
      )
    throw error
  }
}

// The body of a request: JSON in UTF-8, plain or compressed, of bounded size, in bounded time and memory. hono's body-limit counts
// only the bytes that arrive. Here the inflated bytes count too, so that a small body cannot inflate to a large one, and so do
// those of all bodies together. A body that cannot be a request is never kept.
import { sha256 } from '@disranker/reranker'
import { ApiError } from '../../api-error.ts'
import type { Limits } from '../../limits.ts'
import { BLOCK, type BlockPool, createBlockPool } from './block-pool.ts'
import { blocksOf } from './body-blocks.ts'
import { createBodyBudget, DROPPED, type HeldBody, shareOf } from './body-budget.ts'
import { type BodyFormat, INFLATER, inflated, restInflaters } from './body-inflater.ts'
import { type JsonFlaw, jsonShape } from './json-shape.ts'

export interface RequestBody {
  /** inflated bytes */
  readonly bytes: number
  /** SHA-256 of its only block, or of the hashes of its blocks: the same bytes give the same hash, however they arrived */
  readonly sum: string
  /** The text. @throws {ApiError} 400: it is not UTF-8, or nested too deep; 422: it has too many values */
  text(): string
  /** The parsed text; the text itself is released. @throws {ApiError} 400: it is not JSON; as `text` */
  json(): unknown
  /** Frees the memory that is counted for it; call it when the request is answered. */
  close(): void
}

export interface Bodies {
  /** bytes of all current bodies */
  readonly bytes: number
  /**
   * @param deadline ms since 1970
   * @throws {ApiError} 415: another type or coding; 413: too large; 408: it did not arrive in time; 503: too many arrive together;
   *   400: not of the coding it names. A body of several blocks: as the text of a body
   */
  read(request: Request, deadline: number): Promise<RequestBody>
  /**
   * Reads the rest of a refused body and drops it. If a client is answered while it still sends megabytes, workerd closes the
   * connection and the client never sees the answer.
   */
  discard(request: Request): Promise<void>
}

const FORMATS: Readonly<Record<string, BodyFormat>> = {
  gzip: 'gzip',
  'x-gzip': 'gzip',
  deflate: 'deflate',
}
/** ms between two checks whether a body is still allowed */
const LOOK = 250
/**
 * maximal number of kept blocks, 8 MB: as many as all bodies of an isolate use by default, so that none of
 * them becomes garbage
 */
const IDLE = 128
/** ms for which a refused body is read */
const DISCARD = 5_000

export function createBodies({ bodyBytes, bodiesBytes, timeout }: Limits): Bodies {
  // one body of maximal size must fit when there are no others
  const pool = createBlockPool(IDLE)
  const budget = createBodyBudget(Math.max(bodiesBytes, 2 * bodyBytes), pool)
  return {
    get bytes() {
      return budget.bytes
    },
    async read(request, deadline) {
      if (pool.rest()) restInflaters()
      const held = budget.open(deadline, shareOf(Number(request.headers.get('content-length') ?? 0)))
      try {
        return await watched(held, (stop) => readBody({ request, most: bodyBytes, held, stop, pool }))
      } catch (error) {
        held.close()
        throw error
      }
    },
    async discard(request) {
      if (request.bodyUsed) return
      const declared = Number(request.headers.get('content-length') ?? bodyBytes)
      // a body that declares too many bytes is not read, nor one that fits into the connection's buffer
      if (declared <= BLOCK || declared > bodyBytes) return
      const { body } = request
      if (body === null || body.locked) return
      const held = budget.open(Date.now() + Math.min(timeout, DISCARD), DROPPED)
      let bytes = 0
      try {
        held.grow(BLOCK)
        await watched(held, async (stop) => {
          for await (const block of blocksOf(body, stop, pool)) {
            bytes += block.byteLength
            if (bytes > bodyBytes) return
            held.grow(0)
          }
        })
      } catch {
        // the request was cancelled or is too slow: the refusal is already the answer
      } finally {
        held.close()
      }
    },
  }
}

/** Checks at intervals whether a body is still allowed, while `work` reads it. */
async function watched<Result>(
  held: HeldBody,
  work: (stop: Promise<never>) => Promise<Result>,
): Promise<Result> {
  let timer: ReturnType<typeof setInterval> | undefined
  const stop = new Promise<never>((_, reject) => {
    timer = setInterval(() => {
      try {
        held.look()
      } catch (error) {
        reject(error)
      }
    }, LOOK)
  })
  // if no read is pending when it rejects, the next read fails
  stop.catch(() => {})
  try {
    return await work(stop)
  } finally {
    clearInterval(timer)
  }
}

/** A body that is arriving. */
interface Arrival {
  readonly request: Request
  /** bytes */
  readonly most: number
  readonly held: HeldBody
  /** rejects when the body is no longer allowed */
  readonly stop: Promise<never>
  readonly pool: BlockPool
}

async function readBody(arrival: Arrival): Promise<RequestBody> {
  const { request, most, held } = arrival
  checkType(request.headers.get('content-type'))
  const format = formatOf(request.headers.get('content-encoding'))
  const declared = request.headers.get('content-length')
  if (Number(declared ?? 0) > most) throw tooLarge(most)
  const small = format === undefined && declared !== null && Number(declared) <= BLOCK
  // the platform's buffer, or the block that is read into, and the inflater's
  held.grow(small ? Number(declared) : format === undefined ? BLOCK : 2 * BLOCK + INFLATER)
  const shape = jsonShape()
  const sums: string[] = []
  let only: Uint8Array | undefined
  let bytes = 0
  let refusal: ApiError | undefined
  for await (const block of arriving(arrival, format, small)) {
    bytes += block.byteLength
    if (bytes > most) throw tooLarge(most)
    // a body of one block is checked when its text is needed: its answer may be cached
    if (small) only = block
    const flaw = small || refusal !== undefined ? undefined : shape.flawIn(block)
    if (flaw !== undefined) refusal = misshapen(flaw)
    // the rest of a refused body is read (as in Bodies.discard), and not kept
    if (refusal !== undefined) held.grow(0)
    else {
      if (small) held.keep(block)
      else held.add(block)
      sums.push(await sha256(block))
    }
  }
  if (refusal !== undefined) throw refusal
  // most bodies have one block
  const sum = sums.length === 1 ? sums[0]! : await sha256(new TextEncoder().encode(sums.join()))
  held.arrived()
  let text: string | undefined
  const read = () => {
    const flaw = only && shape.flawIn(only)
    only = undefined
    if (flaw !== undefined) throw misshapen(flaw)
    return textOf(held)
  }
  return {
    bytes,
    sum,
    text() {
      text ??= read()
      return text
    },
    json() {
      const all = text ?? read()
      text = ''
      return parseJson(all)
    },
    close: () => held.close(),
  }
}

/** @throws {ApiError} 400 */
function textOf(held: HeldBody): string {
  try {
    return held.take()
  } catch (cause) {
    throw cause instanceof ApiError ? cause : notText(cause)
  }
}

/** @throws {ApiError} 400: it is not complete or not in its coding; 413; 499: the request was cancelled; or the error of `stop` */
async function* arriving(
  { request, most, stop, pool }: Arrival,
  format: BodyFormat | undefined,
  small: boolean,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  try {
    if (small) {
      // the body is not accessed if there is none: a Node server would make a stream of it
      yield new Uint8Array(await Promise.race([request.arrayBuffer(), stop]))
      return
    }
    if (request.body === null) return
    const blocks = blocksOf(request.body, stop, pool)
    if (format === undefined) yield* blocks
    else yield* inflated(atMost(blocks, most), format, pool)
  } catch (cause) {
    if (cause instanceof ApiError) throw cause
    if (request.signal.aborted) throw new ApiError(499, 'The client closed the request.', { cause })
    throw new ApiError(
      400,
      format === undefined
        ? 'The body did not arrive whole. Send it again.'
        : `The body is not JSON in UTF-8 that was compressed as "${format}", which its content-encoding says.`,
      { cause },
    )
  }
}

/** Counts an inflater's input too: compressed data can be endless and inflate to nothing. @throws {ApiError} 413 */
async function* atMost<Block extends Uint8Array>(blocks: AsyncIterable<Block>, most: number) {
  let bytes = 0
  for await (const block of blocks) {
    bytes += block.byteLength
    if (bytes > most) throw tooLarge(most)
    yield block
  }
}

/** Accepts JSON or text as the type, or none: some clients omit it, and fetch sends text/plain for a string. */
function checkType(type: string | null): void {
  if (type === null || /^\s*(application\/([\w.-]+\+)?json|text\/(plain|json)|\*\/\*)\s*(;|$)/i.test(type))
    return
  throw new ApiError(415, 'The content-type is not JSON. Send "content-type: application/json".')
}

function formatOf(coding: string | null): BodyFormat | undefined {
  const name = (coding ?? '').trim().toLowerCase()
  if (name === '' || name === 'identity') return undefined
  const format = FORMATS[name]
  if (format !== undefined) return format
  throw new ApiError(
    415,
    'The content-encoding is not known here. Send the body as it is, or as gzip or deflate.',
    {
      headers: { 'accept-encoding': 'gzip, deflate' },
    },
  )
}

const tooLarge = (most: number) =>
  new ApiError(
    413,
    `The body is larger than ${most} bytes (MAX_BODY_BYTES). Send fewer or shorter documents: the model reads no more than ` +
      'the beginning of each.',
  )

const misshapen = ({ status, what }: JsonFlaw) =>
  new ApiError(status, `The body ${what}. Send fewer documents, or texts in place of objects.`)

const notText = (cause: unknown) =>
  new ApiError(400, 'The body is not valid UTF-8. Send JSON in UTF-8.', { cause })

/** @throws {ApiError} 400 */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new ApiError(
      400,
      text.trim() === ''
        ? 'The body is empty. Send a JSON object with model, query and documents.'
        : 'The body is not valid JSON. Check quotes and commas.',
    )
  }
}

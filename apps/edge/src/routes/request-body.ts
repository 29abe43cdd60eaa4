// The body of a request: JSON in UTF-8, plain or compressed, of bounded size. hono's body-limit counts the bytes that come
// in; here the bytes that they become are counted too, so that a small body cannot inflate to a large one. What no request
// is like is never kept.
import { sha256 } from '@disranker/reranker'
import { ApiError } from '../api-error.ts'
import { BLOCK, blocksOf } from './body-blocks.ts'
import { type JsonFlaw, jsonShape } from './json-shape.ts'

export interface RequestBody {
  readonly text: string
  /** how many it has, inflated */
  readonly bytes: number
  /** SHA-256 over the SHA-256 of its blocks: the same for the same bytes, however they came */
  readonly sum: string
}

const FORMATS: Readonly<Record<string, 'gzip' | 'deflate'>> = {
  gzip: 'gzip',
  'x-gzip': 'gzip',
  deflate: 'deflate',
}

/**
 * @param most bytes, as sent and after inflating
 * @throws {ApiError} 415: another type or coding; 413: too large; 400: not of the coding it names, not UTF-8, or nested deeper
 *   than a request is; 422: with more values
 */
export async function readBody(request: Request, most: number): Promise<RequestBody> {
  checkType(request.headers.get('content-type'))
  const format = formatOf(request.headers.get('content-encoding'))
  const declared = request.headers.get('content-length')
  if (Number(declared ?? 0) > most) throw tooLarge(most)
  const small = format === undefined && declared !== null && Number(declared) <= BLOCK
  const shape = jsonShape()
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const sums: string[] = []
  let text = ''
  let bytes = 0
  let refusal: ApiError | undefined
  for await (const block of arriving(request, format, small, most)) {
    bytes += block.byteLength
    if (bytes > most) throw tooLarge(most)
    // what still comes is read (discardBody), and nothing made of it
    if (refusal !== undefined) continue
    const flaw = shape.flawIn(block)
    if (flaw !== undefined) refusal = misshapen(flaw)
    else {
      try {
        text += decoder.decode(block, { stream: true })
      } catch (cause) {
        refusal = notText(cause)
      }
      sums.push(await sha256(block))
    }
  }
  if (refusal !== undefined) throw refusal
  try {
    text += decoder.decode()
  } catch (cause) {
    throw notText(cause)
  }
  return { text, bytes, sum: await sha256(new TextEncoder().encode(sums.join())) }
}

/**
 * Reads what a client sends whose request was refused before, and makes nothing of it: workerd closes the connection of who is answered
 * while megabytes are on their way, and then the answer is not seen.
 * @param most bytes; what says that it has more is not read, nor what a connection holds anyway
 */
export async function discardBody(request: Request, most: number): Promise<void> {
  const { body, bodyUsed, headers } = request
  if (body === null || bodyUsed || body.locked) return
  const declared = Number(headers.get('content-length') ?? most)
  if (declared <= BLOCK || declared > most) return
  let bytes = 0
  try {
    for await (const block of blocksOf(body)) {
      bytes += block.byteLength
      if (bytes > most) return
    }
  } catch {
    // the client has gone: there is nobody to answer
  }
}

/** @throws {ApiError} 400: it does not arrive whole, or not in its coding; 413; 499: its client has gone */
async function* arriving(
  request: Request,
  format: 'gzip' | 'deflate' | undefined,
  small: boolean,
  most: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  if (request.body === null) return
  let sent = 0
  const count = (bytes: number) => {
    sent += bytes
    return sent <= most
  }
  try {
    if (small) yield new Uint8Array(await request.arrayBuffer())
    else yield* blocksOf(format === undefined ? request.body : inflate(request.body, format, count))
  } catch (cause) {
    if (request.signal.aborted) throw new ApiError(499, 'The client closed the request.', { cause })
    // an error may change on its way through a platform's streams, so what is too large is told by the count
    if (sent > most) throw tooLarge(most)
    throw new ApiError(
      400,
      format === undefined
        ? 'The body did not arrive whole. Send it again.'
        : `The body is not JSON in UTF-8 that was compressed as "${format}", which its content-encoding says.`,
      { cause },
    )
  }
}

/** @param count whether the bytes that go in are not too many: there are codings of nothing that never end */
function inflate(
  body: ReadableStream<Uint8Array>,
  format: 'gzip' | 'deflate',
  count: (bytes: number) => boolean,
) {
  const counted = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      if (count(chunk.byteLength)) controller.enqueue(chunk)
      else controller.error(new Error('too large'))
    },
  })
  const inflater = new DecompressionStream(format) as ReadableWritablePair<Uint8Array, Uint8Array>
  return body.pipeThrough(counted).pipeThrough(inflater)
}

/** A type that says JSON or text, or none: clients leave it out, and fetch says text/plain of a string. */
function checkType(type: string | null): void {
  if (type === null || /^\s*(application\/([\w.-]+\+)?json|text\/(plain|json)|\*\/\*)\s*(;|$)/i.test(type))
    return
  throw new ApiError(415, 'The content-type is not JSON. Send "content-type: application/json".')
}

function formatOf(coding: string | null): 'gzip' | 'deflate' | undefined {
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
export function parseJson(text: string): unknown {
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

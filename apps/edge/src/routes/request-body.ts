// The body of a request: JSON in UTF-8, plain or compressed, of bounded size. hono's body-limit counts the bytes that come
// in; here the bytes that they become are counted too, so that a small body cannot inflate to a large one.
import { ApiError } from '../api-error.ts'
import { jsonFlaw } from './json-shape.ts'

const FORMATS: Readonly<Record<string, 'gzip' | 'deflate'>> = {
  gzip: 'gzip',
  'x-gzip': 'gzip',
  deflate: 'deflate',
}

/**
 * @param most bytes, as sent and after inflating
 * @throws {ApiError} 415: another type or coding; 413: too large; 400: not of the coding it names
 */
export async function readBody(request: Request, most: number): Promise<Uint8Array> {
  checkType(request.headers.get('content-type'))
  const format = formatOf(request.headers.get('content-encoding'))
  const declared = request.headers.get('content-length')
  if (Number(declared ?? 0) > most) throw tooLarge(most)
  if (request.body === null) return new Uint8Array()
  try {
    // in one piece where its length is known: each piece would wait for its turn beside those who compute
    if (format === undefined && declared !== null) return new Uint8Array(await request.arrayBuffer())
    const bytes = await collect(
      format === undefined ? request.body : inflate(request.body, format, most),
      most,
    )
    if (bytes !== undefined) return bytes
  } catch (cause) {
    if (request.signal.aborted) throw new ApiError(499, 'The client closed the request.', { cause })
    throw new ApiError(
      400,
      format === undefined
        ? 'The body did not arrive whole. Send it again.'
        : `The body is not JSON in UTF-8 that was compressed as "${format}", which its content-encoding says.`,
      { cause },
    )
  }
  // an error may change on its way through a platform's streams, so what is too large is told by the count
  throw tooLarge(most)
}

/** @returns undefined: there is more than that */
async function collect(stream: ReadableStream<Uint8Array>, most: number): Promise<Uint8Array | undefined> {
  const reader = stream.getReader()
  const parts: Uint8Array[] = []
  let bytes = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    bytes += value.byteLength
    if (bytes > most) {
      reader.cancel().catch(() => {})
      return undefined
    }
    parts.push(value)
  }
  const whole = new Uint8Array(bytes)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.byteLength
  }
  return whole
}

/** @param most bytes that go in: there are codings of nothing that never end */
function inflate(body: ReadableStream<Uint8Array>, format: 'gzip' | 'deflate', most: number) {
  let bytes = 0
  const counted = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.byteLength
      if (bytes > most) controller.error(tooLarge(most))
      else controller.enqueue(chunk)
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

/** @throws {ApiError} 400: not UTF-8, or nested deeper than a request is; 422: with more values */
export function textOf(bytes: Uint8Array): string {
  const flaw = jsonFlaw(bytes)
  if (flaw !== undefined)
    throw new ApiError(
      flaw.status,
      `The body ${flaw.what}. Send fewer documents, or texts in place of objects.`,
    )
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new ApiError(400, 'The body is not valid UTF-8. Send JSON in UTF-8.', { cause })
  }
}

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

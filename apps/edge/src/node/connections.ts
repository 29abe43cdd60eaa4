// The connections of the Node server, each bounded in time: headers, a body and an answer that is not taken. A client that has
// closed its side after its request gets its answer, as it does from workerd.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { family, labels } from '../observe/metrics.ts'

export interface Connections {
  readonly server: Server
  /** Connections that were refused before there was a request, in Prometheus' text format. */
  metrics(): string
}

/** ms after which the connection of a request is cut that the app has not refused by itself */
const GRACE = 1_000
/** ms between two looks at the ages of connections */
const LOOK = 500

/** ms after which a client that has closed its side is written to */
const PROBES = [0, 100]

const REASONS: Readonly<Record<string, readonly [status: number, reason: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout'],
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'Payload Too Large'],
}

/**
 * @param timeout ms in which headers must have arrived, a body must have, and after that an answer must have been taken
 * @param listener answers a request
 */
export function createConnections(
  timeout: number,
  listener: (incoming: IncomingMessage, outgoing: ServerResponse) => void,
): Connections {
  const refused = new Map<string, number>()
  const answering = new WeakMap<Duplex, ServerResponse>()
  const options = {
    headersTimeout: timeout,
    requestTimeout: timeout + GRACE,
    connectionsCheckingInterval: Math.min(LOOK, timeout),
  }
  const server = createServer(options, (incoming, outgoing) => {
    const { socket } = incoming
    answering.set(socket, outgoing)
    const probe = () => probeClient(outgoing)
    socket.once('end', probe)
    const cut =
      incoming.method === 'POST' ? setTimeout(() => socket.destroy(), 2 * timeout + GRACE) : undefined
    outgoing.once('close', () => {
      clearTimeout(cut)
      socket.off('end', probe)
      answering.delete(socket)
    })
    listener(incoming, outgoing)
  })
  // or Node aborts the request of a client that has sent all and closed its side
  Object.assign(server, { httpAllowHalfOpen: true })
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const { code = '' } = error
    const [status, reason] = REASONS[code] ?? [400, 'Bad Request']
    const answerBegan = answering.get(socket)?.headersSent === true
    if (code === 'ECONNRESET' || !socket.writable || answerBegan) {
      socket.destroy()
      return
    }
    const key = labels({ status })
    refused.set(key, (refused.get(key) ?? 0) + 1)
    console.log(JSON.stringify({ level: 'warn', event: 'connection', status, fault: code }))
    socket.end(`HTTP/1.1 ${status} ${reason}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`, () =>
      socket.destroy(),
    )
  })
  const help = 'Connections without a whole request, by the status that was answered.'
  return {
    server,
    metrics: () => family('disranker_connections_refused_total', 'counter', help, refused),
  }
}

/**
 * A client that closes its side may have gone altogether: then its system answers what it is sent with a reset, the next write
 * fails, and the request is cancelled. "100 Continue" is what every client passes over.
 */
function probeClient(outgoing: ServerResponse): void {
  for (const after of PROBES)
    setTimeout(() => {
      if (!outgoing.headersSent && !outgoing.destroyed && outgoing.req.httpVersion === '1.1')
        outgoing.writeContinue()
    }, after)
}

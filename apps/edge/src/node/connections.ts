// The connections of the Node server. Each has a time limit for its headers, for its body, and for reading
// its answer. A client that closes its sending side after its request still gets its answer, as it does from
// workerd.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { family, labels } from '../observe/metrics.ts'

export interface Connections {
  readonly server: Server
  /** Connections that were refused before there was a request, in Prometheus' text format. */
  metrics(): string
}

/** extra ms after which a connection is closed, if the app has not refused the request by then */
const GRACE = 1_000
/** ms between two checks of the ages of connections */
const LOOK = 500

/**
 * ms for which an idle connection is kept. Load balancers keep theirs for up to 60 s; a server that closes first resets a request that
 * is on its way, which clients see as a 502
 */
const KEPT = 65_000

/** ms after which the server writes to a client that has closed its sending side */
const PROBES = [0, 100]

const REASONS: Readonly<Record<string, readonly [status: number, reason: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout'],
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'Payload Too Large'],
}

/**
 * @param timeout ms within which the headers and the body must arrive, and after that the client must read the answer
 * @param listener answers a request
 */
export function createConnections(
  timeout: number,
  listener: (incoming: IncomingMessage, outgoing: ServerResponse) => void,
): Connections {
  const refused = new Map<string, number>()
  const answering = new WeakMap<Duplex, ServerResponse>()
  const options = {
    keepAliveTimeout: KEPT,
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
      // a server that is ending does not wait for the next request of a kept connection
      if (!server.listening) setImmediate(() => server.closeIdleConnections())
    })
    listener(incoming, outgoing)
  })
  // without it, Node aborts the request of a client that has sent everything and closed its sending side
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
 * A client that closes its sending side may have closed the whole connection. Then its system answers a write
 * with a reset, the next write fails, and the request is cancelled. The server writes "100 Continue", because
 * every client ignores it.
 */
function probeClient(outgoing: ServerResponse): void {
  for (const after of PROBES)
    setTimeout(() => {
      if (!outgoing.headersSent && !outgoing.destroyed && outgoing.req.httpVersion === '1.1')
        outgoing.writeContinue()
    }, after)
}

// A client that writes to a socket what and when it likes: slowly, in part, or closing its side.
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

export interface RawClient {
  readonly socket: Socket
  /** all that came back, when the other side has ended the connection */
  readonly ended: Promise<string>
}

export function rawClient(port: number): RawClient {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  let text = ''
  socket.on('data', (part) => {
    text += part
  })
  const ended = new Promise<string>((resolve) => {
    // the other side closes: what this one writes on is reset
    socket.on('error', () => resolve(text))
    socket.on('close', () => resolve(text))
    socket.on('end', () => {
      resolve(text)
      socket.destroy()
    })
  })
  return { socket, ended }
}

/** The beginning of a request. */
export const head = (path: string, headers: Readonly<Record<string, string | number>>) =>
  `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`

/** Sends the first part at once and the piece again and again, until the other side ends the connection. */
export async function drip(
  port: number,
  first: string | Uint8Array,
  piece: string,
  every: number,
): Promise<string> {
  const { socket, ended } = rawClient(port)
  socket.write(first)
  let done = false
  const text = ended.finally(() => {
    done = true
  })
  while (!done) {
    socket.write(piece)
    await sleep(every)
  }
  return text
}

export const statusOf = (text: string) => Number(/^HTTP\/1\.1 (?!100)(\d+)/m.exec(text)?.[1])

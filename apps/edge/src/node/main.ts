#!/usr/bin/env node
// `disranker-edge [folder]`: serves a bundle, or dist/ with its page, with Node alone. PORT and HOST set the address; settings are
// the Worker's variables. On SIGTERM and Ctrl-C the server answers open requests before it exits.
import { fileURLToPath } from 'node:url'
import { createFaults } from './faults.ts'
import { startServer } from './start-server.ts'

const { PORT, HOST } = process.env

async function main(): Promise<void> {
  const port = Number(PORT || 8787)
  if (!(Number.isInteger(port) && port >= 0 && port < 65_536))
    throw new Error(`PORT is "${PORT}": wanted a whole number from 0 to 65535.`)
  const folder = process.argv[2] ?? fileURLToPath(new URL('../../dist', import.meta.url))
  const faults = createFaults(() => end(1))
  const server = await startServer({
    folder,
    port,
    ...(HOST && { hostname: HOST }),
    variables: process.env,
    metrics: faults.metrics,
  })
  console.log(`DisRanker serves ${server.url}`)
  for (const kind of ['uncaughtException', 'unhandledRejection'] as const)
    process.on(kind, (error: unknown) => faults.tell(kind, error))
  let closing = false
  async function end(code: number): Promise<void> {
    closing = true
    await server.close()
    process.exit(code)
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (closing) process.exit(130) // a second signal does not wait
      void end(0)
    })
}

main().catch((error) => {
  console.error(`disranker-edge: ${error instanceof Error ? error.message : error}`)
  process.exit(1)
})

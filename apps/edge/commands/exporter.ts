// `npm run exporter --workspace @disranker/edge`: GET /metrics on this machine, for Prometheus: the counters
// of all isolates of a deployment since its start, read from Workers Analytics Engine by SQL. It needs
// CLOUDFLARE_ACCOUNT_ID and CLOUDFLARE_API_TOKEN (Account Analytics: Read); DATASET names another dataset
// than "disranker", PORT another port than 9464.
import { createServer } from 'node:http'
import { createFleetMetrics, type FleetRow, fleetQuery } from '../src/observe/fleet-metrics.ts'

const {
  CLOUDFLARE_ACCOUNT_ID: account,
  CLOUDFLARE_API_TOKEN: token,
  CLOUDFLARE_API_BASE_URL: api = 'https://api.cloudflare.com/client/v4',
  DATASET: dataset = 'disranker',
  PORT: port = '9464',
} = process.env
/** ms after which a data point should have arrived; later ones are not counted */
const LAG = Number(process.env.LAG_MS ?? 60_000)
const PATIENCE = 10_000 // ms

const metrics = createFleetMetrics()
let counted = new Date(Date.now() - LAG)

async function increments(from: Date, to: Date): Promise<readonly FleetRow[]> {
  const answer = await fetch(`${api}/accounts/${account}/analytics_engine/sql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: fleetQuery(dataset, { from, to }),
    signal: AbortSignal.timeout(PATIENCE),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`Analytics Engine answered ${answer.status}: ${text.slice(0, 300)}`)
  return (JSON.parse(text) as { data: readonly FleetRow[] }).data
}

// one scrape at a time: each counts the data since the last one
let scrape: Promise<unknown> = Promise.resolve()
function nextScrape(): Promise<string> {
  const mine = scrape.then(async () => {
    const to = new Date(Date.now() - LAG)
    // whole seconds, as the query has them
    if (Math.floor(+to / 1000) > Math.floor(+counted / 1000)) {
      metrics.add(await increments(counted, to))
      counted = to
    }
    return metrics.text()
  })
  scrape = mine.catch(() => {})
  return mine
}

if (!account || !token) {
  console.error(
    'exporter: set CLOUDFLARE_ACCOUNT_ID and CLOUDFLARE_API_TOKEN (with "Account Analytics: Read").',
  )
  process.exitCode = 1
} else {
  const server = createServer(async (request, response) => {
    if (request.url !== '/metrics') return void response.writeHead(404).end('GET /metrics\n')
    try {
      const text = await nextScrape()
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text)
    } catch (error) {
      // Prometheus sees a target that is down instead of constant counters
      console.error(`exporter: ${error instanceof Error ? error.message : error}`)
      response.writeHead(502).end('Analytics Engine did not answer; the log has the cause.\n')
    }
  })
  server.listen(Number(port), '127.0.0.1', () => {
    const address = server.address()
    const at = typeof address === 'object' && address !== null ? address.port : port
    console.log(`exporter: http://127.0.0.1:${at}/metrics`)
  })
}

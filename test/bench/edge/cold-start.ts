// The first answer of a fresh Worker against the sum of what it consists of: files read from the static assets, sums
// verified, runtime and session created, the first ranking. Each part is a separate request to a fresh benchmark
// Worker, less what a request costs that does nothing; clocks stand still in a Worker, so all is timed from outside.
import { serve } from '@disranker/edge/serve'
import { serveBench } from './edge-server.ts'
import { DIST, type ExampleRequest, quantile } from './example-requests.ts'

const FRESH = 7
const BOUND = 1.2

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

async function parts(assets: string, { query, documents }: ExampleRequest) {
  const server = await serveBench(assets, {})
  try {
    await server.step('nothing') // the isolate begins
    const nothing = quantile(
      [
        await timed(() => server.step('nothing')),
        await timed(() => server.step('nothing')),
        await timed(() => server.step('nothing')),
      ],
      0.5,
    )
    const step = async (name: string) => (await timed(() => server.step(name))) - nothing
    const [read, verify, load] = [await step('read'), await step('verify'), await step('load')]
    const rank = (await timed(() => server.send(query, documents))) - nothing
    return { nothing, read, verify, load, rank }
  } finally {
    await server.close()
  }
}

async function firstAnswer(request: ExampleRequest): Promise<number> {
  // its /health has begun the isolate and read the index, not the model
  const server = await serve({ dist: DIST, alone: true })
  try {
    const body = JSON.stringify({ model: 'disranker', ...request })
    return await timed(async () => {
      const answer = await fetch(`${server.url}/v2/rerank`, { method: 'POST', body })
      if (!answer.ok) throw new Error(`The first request was answered ${answer.status}`)
      await answer.arrayBuffer()
    })
  } finally {
    await server.close()
  }
}

/** Prints the parts, their sum and the first answer; fails above the bound. */
export async function coldStart(assets: string, request: ExampleRequest): Promise<void> {
  const rounds: Awaited<ReturnType<typeof parts>>[] = []
  const whole: number[] = []
  for (let round = 0; round < FRESH; round++) {
    rounds.push(await parts(assets, request))
    whole.push(await firstAnswer(request))
  }
  const median = (name: keyof (typeof rounds)[number]) =>
    quantile(
      rounds.map((one) => one[name]),
      0.5,
    )
  // load verifies too
  const told = {
    'round trip': median('nothing'),
    'files from the static assets': median('read'),
    'sums verified': median('verify'),
    'runtime, session and tokenizer created': median('load') - median('verify'),
    [`first ranking of ${request.documents.length} documents`]: median('rank'),
  }
  console.log(`cold start in workerd, medians of ${FRESH} fresh Workers:`)
  for (const [name, time] of Object.entries(told))
    console.log(`  ${name.padEnd(40)} ${time.toFixed(1).padStart(7)} ms`)
  const sum = Object.values(told).reduce((total, time) => total + time, 0)
  const first = quantile(whole, 0.5)
  console.log(
    `  sum ${sum.toFixed(1)} ms; first answer ${first.toFixed(1)} ms; ratio ${(first / sum).toFixed(2)}, bound ${BOUND}`,
  )
  if (first > BOUND * sum) process.exitCode = 1
}

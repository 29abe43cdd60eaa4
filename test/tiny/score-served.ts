// `node score-served.ts <folder> <url> <timeout>`: the score stage with a teacher that a server has, in a process that a test can kill.
import { join } from 'node:path'
import { score } from '@disranker/teacher'

const [home = '', url = '', timeout] = process.argv.slice(2)
await score({
  pairs: join(home, 'pairs'),
  stages: {},
  out: join(home, 'score'),
  recipe: {
    teachers: [
      {
        api: 'vllm-score',
        url,
        weight: 1,
        documents: 8,
        concurrency: 4,
        timeout: Number(timeout),
        retries: 30,
      },
    ],
    queriesPerShard: 7,
    tokensPerBatch: 1024,
    lexicalWeight: 0,
  },
})

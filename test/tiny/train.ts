// `node train.ts <folder>`: the training stages on the tiny recipes, in a process that a test can kill.
import { openBackend } from '@disranker/engine'
import { train } from './pipeline.ts'

await openBackend(undefined, {})
await train(process.argv[2]!)

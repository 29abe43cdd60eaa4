import * as tf from '@tensorflow/tfjs'
import { expect, test } from 'vitest'
import { everyBackend } from '../../testing/contract.ts'
import { openBackend } from './open-backend.ts'
import { operationsThatRun } from './operations-that-run.ts'
import { nodeFusedOperations } from './tensorflow/node-fused-operations.ts'
import { type TensorflowBackend, tensorflowOperators } from './tensorflow/tensorflow-operators.ts'

const tensorflow = everyBackend.find((name) => name === 'node' || name === 'gpu')

/** The operations of a library that lacks some operators. */
function operationsWithout(...missing: string[]) {
  const backend = tf.backend() as unknown as TensorflowBackend
  const { binding } = backend
  const executeOp = (...given: Parameters<typeof binding.executeOp>) => {
    if (missing.includes(given[0])) throw new Error(`Op type not registered '${given[0]}'`)
    return binding.executeOp(...given)
  }
  const poorer: TensorflowBackend = Object.create(backend, {
    binding: { value: Object.create(binding, { executeOp: { value: executeOp } }) },
  })
  return operationsThatRun(nodeFusedOperations(poorer, tensorflowOperators(poorer)))
}

test.skipIf(!tensorflow)('an operation whose operator is missing is left out, the others stay', async () => {
  await openBackend(tensorflow)
  const before = tf.memory().numTensors
  const all = operationsWithout()
  expect(all.failed).toEqual([])
  expect(tf.memory().numTensors).toBe(before)
  const { running, failed } = operationsWithout('Roll', 'ResourceApplyAdam', 'BiasAddGrad')
  expect(failed.toSorted()).toEqual(['adamwStep', 'layerNorm', 'linear', 'rmsNorm', 'rope'])
  expect(Object.keys(running).length + failed.length).toBe(Object.keys(all.running).length)
})

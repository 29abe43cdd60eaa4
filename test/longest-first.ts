// The order of the test files. vitest begins with those that took longest last time; in a fresh clone it
// knows no times, and a long file at the end would keep one core busy while the others wait.
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** test files that take longest alone, in falling order */
const LONG = [
  'test/kill.test.ts',
  'test/readme-examples.test.ts',
  'test/edge/hostile/slow-clients.test.ts',
  'test/study-published.test.ts',
  'test/study.test.ts',
  'test/packages/packages.test.ts',
  'test/edge/hostile/fuzz.test.ts',
  'test/closed-loop.test.ts',
  'test/start-own-files.test.ts',
]

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = LONG.findIndex((name) => moduleId.endsWith(name))
      return at === -1 ? LONG.length : at
    }
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b))
  }
}

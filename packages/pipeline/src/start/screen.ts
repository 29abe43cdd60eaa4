// The display of a run: a plan that is redrawn on a terminal, plain lines elsewhere.
import { createLogUpdate } from 'log-update'
import { drawPlan, endLine, isBrief } from './draw-plan.ts'
import type { RunPlan } from './run-plan.ts'

export interface Screen {
  /** Shows a plan until `rest`; its stages change while it is shown. */
  watch(plan: RunPlan): void
  /** A stage has ended. */
  ended(plan: RunPlan, name: string): void
  /** Prints a line, above the plan if one is shown. */
  say(line: string): void
  /** Stops redrawing the plan. */
  rest(): void
}

const EVERY = 200 // ms

export const openScreen = (stream: NodeJS.WriteStream): Screen =>
  stream.isTTY === true && !process.env.CI
    ? terminal(stream)
    : plain((line) => void stream.write(`${line}\n`))

/** One line for each stage that ends; stages under a second have no separate line. */
export function plain(write: (line: string) => void): Screen {
  const brief: string[] = []
  return {
    watch() {},
    ended(plan, name) {
      if (isBrief(plan, name)) brief.push(name)
      else write(endLine(plan, name, brief.splice(0)))
    },
    // in a log no blank line is needed
    say(lines) {
      for (const line of lines.split('\n')) if (line !== '') write(line)
    },
    rest() {
      if (brief.length > 0) write(`${brief.splice(0).join(', ')} took less than 1 s`)
    },
  }
}

function terminal(stream: NodeJS.WriteStream): Screen {
  const update = createLogUpdate(stream)
  let shown: RunPlan | undefined
  let timer: NodeJS.Timeout | undefined
  const draw = () => {
    if (shown !== undefined) update(drawPlan(shown, stream.columns ?? 80).join('\n'))
  }
  return {
    watch(plan) {
      shown = plan
      timer = setInterval(draw, EVERY)
      draw()
    },
    ended: draw,
    say(line) {
      update.clear()
      stream.write(`${line}\n`)
      draw()
    },
    rest() {
      clearInterval(timer)
      draw()
      update.done()
      shown = undefined
    },
  }
}

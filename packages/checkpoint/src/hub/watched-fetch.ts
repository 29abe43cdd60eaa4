// A fetch that fails when a connection stays silent for too long.
import { InputError } from '@disranker/stage'

/** A connection was silent for too long. */
class SilenceError extends InputError {}

/** @param seconds of silence, before or during the answer */
export function watchedFetch(seconds: number, signal?: AbortSignal): typeof fetch {
  return async (input, init) => {
    const silent = new AbortController()
    const giveUp = () =>
      silent.abort(
        new SilenceError(
          `${urlOf(input)} sent nothing for ${seconds} s. Check the connection and run again: the download resumes where it stopped.`,
        ),
      )
    let timer = setTimeout(giveUp, seconds * 1000)
    const heard = () => {
      clearTimeout(timer)
      timer = setTimeout(giveUp, seconds * 1000)
      // an unread answer must not keep the process alive
      timer.unref()
    }
    const signals = [silent.signal, ...(signal ? [signal] : []), ...(init?.signal ? [init.signal] : [])]
    try {
      const response = await fetch(input, { ...init, signal: AbortSignal.any(signals) })
      heard()
      if (response.body === null) return response
      const listening = new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          heard()
          controller.enqueue(chunk)
        },
        flush: () => clearTimeout(timer),
      })
      return new Response(response.body.pipeThrough(listening), response)
    } catch (error) {
      clearTimeout(timer)
      throw silent.signal.aborted ? silent.signal.reason : error
    }
  }
}

const urlOf = (input: string | URL | Request) => (input instanceof Request ? input.url : String(input))

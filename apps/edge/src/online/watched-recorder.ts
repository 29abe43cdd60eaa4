// A recorder that counts its rows, for a server that cannot read its records: a Worker only knows the rows of
// its own isolate.
import type { RecordedEvent, RecordedSearch } from '@disranker/experiments'
import type { LiveCounts } from './live-counts.ts'
import type { Recorder } from './recorder.ts'

export const watchedRecorder = (recorder: Recorder, counts: LiveCounts): Recorder => ({
  ...recorder,
  impression: (make, pause) =>
    recorder.impression(() => {
      const row = make()
      counts.search(row.value as RecordedSearch)
      return row
    }, pause),
  async events(rows) {
    await recorder.events(rows)
    for (const { value } of rows) counts.event(value as RecordedEvent)
  },
})

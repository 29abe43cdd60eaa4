// Documents about subjects, and a click log whose users always want the history of their subject.
import { SUBJECTS } from './subjects.ts'

export const DOCUMENTS = SUBJECTS.flatMap((subject) =>
  ['history', 'repair'].map((kind) => ({
    id: `${subject}-${kind}`,
    title: `${subject} ${kind}`,
    summary: `All about the ${kind} of every ${subject}.`,
  })),
)

export interface Row {
  timestamp: string
  session_id: string
  query: string
  doc_id: string
  position: number
  clicked: boolean
  dwell_ms?: number
}

/** Ten sessions a query; all users click "<subject> history", at whichever of two positions it is shown. */
export function log(): Row[] {
  return SUBJECTS.flatMap((subject, number) =>
    Array.from({ length: 10 }).flatMap((_, session) => {
      const page = [`${subject}-history`, `${subject}-repair`]
      if (session % 2 === 1) page.reverse()
      return page.map((doc_id, position) => {
        const clicked = doc_id.endsWith('history') && (position === 0 || session % 4 === 1)
        return {
          timestamp: new Date(Date.UTC(2025, 0, 1, number, session)).toISOString(),
          session_id: `s${number}-${session}`,
          query: session % 3 === 0 ? `  The ${subject.toUpperCase()}  past` : `the ${subject} past`,
          doc_id,
          position: position + 1,
          clicked,
          ...(clicked && { dwell_ms: 20_000 }),
        }
      })
    }),
  )
}

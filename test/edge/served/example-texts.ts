// Sixty small documents and three queries, enough for every part of the page and the API. Invented for the tests.
import type { Example } from '@disranker/edge/example'

const THINGS = [
  ['buffer', 'writes past the end of the memory it was given'],
  ['password', 'stores the secret where every user can read it'],
  ['query', 'builds a database command from text that nobody checked'],
  ['session', 'keeps a user signed in after the user has left'],
  ['certificate', 'trusts a server whose name does not match'],
  ['path', 'follows two dots out of the folder it was meant to stay in'],
  ['counter', 'wraps around to zero when the number grows too large'],
  ['pointer', 'uses memory that was given back before'],
  ['log', 'prints private data into a file'],
  ['lock', 'waits for another thread that waits for it'],
] as const
const PLACES = [
  'in a web server',
  'in a mail program',
  'in the kernel',
  'in a phone',
  'in a printer',
  'in a game',
] as const

export const EXAMPLE: Example = {
  embedded: true,
  documents: THINGS.flatMap(([thing, harm], at) =>
    PLACES.map((place, of) => ({
      id: `doc-${at * PLACES.length + of + 1}`,
      title: `Careless ${thing} ${place}`,
      summary: `The program ${harm}. Seen ${place}; the ${thing} is to blame.`,
    })),
  ),
  corpusSize: 60,
  queries: [
    {
      id: 'q1',
      text: 'memory written past the end of a buffer in the kernel',
      grades: { 'doc-3': 3, 'doc-1': 1 },
    },
    { id: 'q2', text: 'two threads wait for each other in a game', grades: { 'doc-60': 3 } },
    { id: 'q3', text: "a printer's log shows private data", grades: { 'doc-53': 3 } },
  ],
  attribution: 'Texts invented for the tests.',
}

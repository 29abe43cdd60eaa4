// `npm run bench -- <name>`: measures, prints ratios of one run, tests nothing.
const benches: Readonly<Record<string, () => Promise<{ run(): Promise<void> }>>> = {
  against: () => import('./against.ts'),
  documents: () => import('./documents.ts'),
  training: () => import('./training.ts'),
  edge: () => import('./edge.ts'),
  'closed-loop': () => import('./closed-loop.ts'),
  grades: () => import('./grades.ts'),
  'first-visit': () => import('./first-visit.ts'),
  forms: () => import('./forms.ts'),
  fuzz: () => import('./fuzz.ts'),
  hit: async () => ({ run: async () => (await import('./against.ts')).runAgainst('remembered') }),
  'hostile-events': () => import('./hostile-events.ts'),
  import: () => import('./import.ts'),
  kill: () => import('./kill.ts'),
  kills: () => import('./kills.ts'),
  'kill-scoring': () => import('./kill-scoring.ts'),
  'learning-curve': () => import('./learning-curve.ts'),
  load: () => import('./load.ts'),
  lora: () => import('./lora.ts'),
  mastra: () => import('./mastra.ts'),
  memory: () => import('./memory.ts'),
  mixed: () => import('./mixed.ts'),
  'never-broken': () => import('./never-broken.ts'),
  online: () => import('./online.ts'),
  'own-data': () => import('./own-data.ts'),
  pairs: () => import('./pairs.ts'),
  'recording-memory': () => import('./recording-memory.ts'),
  'recording-soak': () => import('./recording-soak.ts'),
  runtimes: () => import('./runtimes.ts'),
  screenshots: () => import('./screenshots.ts'),
  secrets: () => import('./secrets.ts'),
  'sink-away': () => import('./sink-away.ts'),
  'small-sets': () => import('./small-sets.ts'),
  soak: () => import('./soak.ts'),
  words: () => import('./words.ts'),
}

const name = process.argv[2]
const bench = name === undefined ? undefined : benches[name]
if (bench === undefined) {
  console.error(`Name a benchmark: npm run bench -- ${Object.keys(benches).join(' | ')}`)
  process.exitCode = 2
} else await (await bench()).run()

export {}

// `npm run bench -- <name>`: measures, prints ratios of one run, tests nothing.
const benches: Readonly<Record<string, () => Promise<{ run(): Promise<void> }>>> = {
  against: () => import('./edge/against.ts'),
  documents: () => import('./edge/documents.ts'),
  training: () => import('./training/training.ts'),
  edge: () => import('./edge/edge.ts'),
  'closed-loop': () => import('./online/closed-loop.ts'),
  grades: () => import('./data/grades.ts'),
  'first-visit': () => import('./edge/first-visit.ts'),
  forms: () => import('./quality/forms.ts'),
  fuzz: () => import('./endurance/fuzz.ts'),
  hit: async () => ({ run: async () => (await import('./edge/against.ts')).runAgainst('remembered') }),
  'hostile-events': () => import('./online/hostile-events.ts'),
  import: () => import('./quality/import.ts'),
  kill: () => import('./training/kill.ts'),
  kills: () => import('./online/kills.ts'),
  'kill-scoring': () => import('./training/kill-scoring.ts'),
  'learning-curve': () => import('./quality/learning-curve.ts'),
  load: () => import('./edge/load.ts'),
  lora: () => import('./training/lora.ts'),
  mastra: () => import('./edge/mastra.ts'),
  memory: () => import('./endurance/memory.ts'),
  mixed: () => import('./endurance/mixed.ts'),
  modernbert: () => import('./edge/modernbert.ts'),
  'never-broken': () => import('./endurance/never-broken.ts'),
  online: () => import('./online/online.ts'),
  'own-data': () => import('./quality/own-data.ts'),
  pairs: () => import('./data/pairs.ts'),
  'recording-memory': () => import('./online/recording-memory.ts'),
  'recording-soak': () => import('./online/recording-soak.ts'),
  runtimes: () => import('./edge/runtimes.ts'),
  screenshots: () => import('./edge/screenshots.ts'),
  secrets: () => import('./endurance/secrets.ts'),
  'sink-away': () => import('./online/sink-away.ts'),
  'small-sets': () => import('./data/small-sets.ts'),
  soak: () => import('./endurance/soak.ts'),
  words: () => import('./data/words.ts'),
}

const name = process.argv[2]
const bench = name === undefined ? undefined : benches[name]
if (bench === undefined) {
  console.error(`Name a benchmark: npm run bench -- ${Object.keys(benches).join(' | ')}`)
  process.exitCode = 2
} else await (await bench()).run()

export {}

// The models that `npm run start:pretrained` starts from: one for the teacher, one for the student. A commit as `revision`
// keeps them what they are.
import type { NamedCheckpoint } from './find-checkpoint.ts'

export const pretrainedModels = {
  // a decoder that has read much; larger ones take its place where there is a GPU
  teacher: { from: 'HuggingFaceTB/SmolLM2-135M' },
  // 6 layers of 384 features, 91 MB, of the web's language: what an edge can serve
  student: { from: 'sentence-transformers/all-MiniLM-L6-v2' },
} satisfies Readonly<Record<string, NamedCheckpoint>>

// One step of a study, in a process of its own that the study starts.
import { answerStep } from '@disranker/study'
import { pipeline } from './pipeline.ts'

answerStep(pipeline)

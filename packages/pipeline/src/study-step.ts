// One step of a study, in a separate process that the study starts.
import { answerStep } from '@disranker/study'
import { pipeline } from './pipeline.ts'

answerStep(pipeline)

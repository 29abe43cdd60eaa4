// A rerank request, and the services of the app to answer it.
import type { Dialect } from '../dialects/dialect.ts'
import type { DocumentTexts } from '../documents/with-texts.ts'
import type { HostedModels } from '../hosted/hosted-models.ts'
import type { Limits } from '../limits.ts'
import type { KeepAlive, ModelPool } from '../models/model-pool.ts'
import type { Stages } from '../observe/stages.ts'
import type { Chosen } from '../online/choose-arms.ts'
import type { AnswerCache } from './answer-cache.ts'
import type { OnError } from './ranking-request.ts'
import type { RecentAnswers } from './recent-answers.ts'
import type { Scheduler } from './scheduler.ts'
import type { ScoreCache } from './score-cache.ts'

export interface Services {
  readonly models: ModelPool
  /** models that are computed elsewhere */
  readonly hosted: HostedModels
  readonly limits: Limits
  readonly scheduler: Scheduler
  readonly scores: ScoreCache
  readonly answers: AnswerCache
  /** cached answers of this isolate or process, by the bytes of their requests */
  readonly recent: RecentAnswers
  /** the texts of documents by id; undefined without a document store */
  readonly texts: DocumentTexts | undefined
  /** the default for requests */
  readonly onError: OnError
}

export interface Call {
  readonly path: string
  /** SHA-256 of the body as received */
  readonly sum: string
  readonly body: unknown
  /** the default for bodies */
  readonly onError: OnError
  readonly dialect: Dialect
  readonly signal: AbortSignal
  /** ms since 1970 after which the client no longer waits for the answer */
  readonly deadline: number
  /** neither read nor write caches */
  readonly noStore: boolean
  /** the clients that share cached answers, and the version of the code: part of every key of every cache */
  readonly scope: string
  readonly stages: Stages
  readonly keepAlive?: KeepAlive | undefined
  /** the id of the record of the shown list; with it the whole answer is neither looked up nor cached */
  readonly queryId?: string | undefined
  /** the arm that decides the order, if the request takes part in an experiment */
  readonly chosen?: readonly Chosen[] | undefined
}

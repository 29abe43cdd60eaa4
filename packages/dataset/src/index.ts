export type { ClickPair, Document, Judgements, Query, Run, Scored, Split } from './records.ts'

export type {
  CommandOutcome,
  Controller,
  Decision,
  DecisionRecord,
  Key,
  Moment,
  Watch,
  WatchedChange,
} from './controller.ts'

export type {
  CommandOutcome,
  Controller,
  Decision,
  DecisionRecord,
  Key,
  Moment,
  RefusedCommand,
  Watch,
  WatchedChange,
} from './controller.ts'
export { itself, keyOf, owned } from './watches.ts'
export { defaultBackOff, workQueue } from './queue/work-queue.ts'
export type { BackOff, Trigger, WorkItem, WorkQueue } from './queue/work-queue.ts'
export { memoryDecisions } from './run/decision-sink.ts'
export type { DecisionSink } from './run/decision-sink.ts'
export { runController } from './run/run-controller.ts'
export type { ControllerEnvironment, RunningController } from './run/run-controller.ts'

export type {
  CommandOutcome,
  Controller,
  Decision,
  DecisionRecord,
  Key,
  Moment,
  RefusedCommand,
  Watch,
  WatchOfKind,
  WatchedChange,
} from './controller.ts'
export { amend } from './amend.ts'
export { itself, keyOf, owned } from './watches.ts'
export { defaultBackOff, workQueue } from './queue/work-queue.ts'
export type { BackOff, Trigger, WorkItem, WorkQueue } from './queue/work-queue.ts'
export { memoryDecisions } from './run/decision-sink.ts'
export type { DecisionSink } from './run/decision-sink.ts'
export { decisionPace } from './run/decision-pace.ts'
export type { DecisionPace } from './run/decision-pace.ts'
export { runController } from './run/run-controller.ts'
export type { ControllerEnvironment, RunningController } from './run/run-controller.ts'
export { waking } from './run/wake.ts'
export type { Waking, WakingEnvironment } from './run/wake.ts'
export { electLeader } from './leader/leadership.ts'
export type { Leadership, LeadershipConfig } from './leader/leadership.ts'
export type { Effect, EffectState } from './effects/effect.ts'
export { runEffect } from './effects/run-effect.ts'
export type { EffectEnvironment, RunningEffect } from './effects/run-effect.ts'
export { observedCut } from './run/observed-cut.ts'
export type { ObservedObject } from './run/observed-cut.ts'
export { simulate } from './simulation/simulation.ts'
export type { Simulation, SimulationConfig } from './simulation/simulation.ts'
export { noFaults } from './simulation/faults.ts'
export type { Faults } from './simulation/faults.ts'
export { hollowKubelet } from './simulation/hollow-kubelet.ts'
export { normal, warning } from './events/event-draft.ts'
export type { EventDraft } from './events/event-draft.ts'
export { eventsAbout, recordEvents } from './events/record-events.ts'
export { correlate, countedUp, eventCommand, eventName, firstEvent, isAlike } from './events/event-rules.ts'
export type { Told } from './events/event-rules.ts'
export { anHourLater, deciding } from './given/given.ts'
export type { ExpectedCommand, Then, When } from './given/given.ts'
export { completed, cutOf, eventOf, kindOf, startOfTime } from './given/state.ts'
export { recordDecisions, recordedDecisions } from './run/stream-decisions.ts'
export type { RecordedDecisions, StreamedDecisions } from './run/stream-decisions.ts'

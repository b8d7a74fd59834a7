export type { Change, Cut, Entry, LiveCut, MutableCut } from './cut.ts'

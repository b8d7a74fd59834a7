export type { Command, DeleteOptions, Outcome, Patch } from './command.ts'
export type { Commands } from './commands.ts'

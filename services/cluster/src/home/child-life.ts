/** What is known of a process that a host's supervisor keeps running; times in milliseconds since the epoch. */
export interface ChildLife {
  /** What of the cluster runs in it. */
  readonly roles: readonly string[]
  readonly pid: number
  /** When this supervisor began it for the first time, and for the last. */
  readonly since: number
  readonly startedAt: number
  readonly restarts: number
  /** Its life before this one. */
  readonly before?: EndedLife
  /** Absent while it runs. */
  readonly ended?: Ending
}

export interface Ending {
  /** Such as `exit code 1` or `SIGKILL`. */
  readonly how: string
  readonly at: number
}

export interface EndedLife extends Ending {
  readonly startedAt: number
}

/** What becomes of what was known, if anything was, when the process is ready again. */
export const lifeBegun = (
  known: ChildLife | undefined,
  { roles, pid, startedAt }: Pick<ChildLife, 'roles' | 'pid' | 'startedAt'>,
): ChildLife => {
  if (!known) return { roles, pid, since: startedAt, startedAt, restarts: 0 }
  const ended = known.ended ?? { how: 'it is gone', at: startedAt }
  return {
    ...{ roles, pid, since: known.since, startedAt, restarts: known.restarts + 1 },
    before: { startedAt: known.startedAt, ...ended },
  }
}

/** A child that has just ended, and is to be started again. */
export const lifeEnded = (known: ChildLife, ended: Ending): ChildLife => ({ ...known, ended })

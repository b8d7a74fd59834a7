/** A started service. */
export interface RunningService {
  readonly name: string
  /** Finishes what is in flight, then closes what the service opened; idempotent. */
  stop(): Promise<void>
}

/** Stops in the reverse order of starting, each to its end, and reports every failure at the end. */
export const stopAll = async (services: readonly RunningService[]): Promise<void> => {
  const failures: unknown[] = []
  for (const service of [...services].reverse())
    await service
      .stop()
      .catch((error: unknown) => failures.push(new Error(`${service.name} did not stop`, { cause: error })))
  if (failures.length > 0) throw new AggregateError(failures, 'some services did not stop')
}

import type { Bus } from '@periplus/bus'
import { encodeLogRecord, ensureLogStream, logSubject } from '@periplus/runtime'
import type { LogRecord, LogStreamOptions } from '@periplus/runtime'
import { E } from '@periplus/prelude'

/** Where containers' lines go. */
export interface LogShipper {
  /**
   * Resolves to whether all records have arrived; a caller may send the same ones again, by whose `id` they are known. Never
   * throws.
   */
  ship(records: readonly { readonly record: LogRecord; readonly id: string }[]): Promise<boolean>
}

/** Ships to the `LOGS` stream; makes the stream where there is none. */
export const busLogShipper = (bus: Bus, options: LogStreamOptions = {}): LogShipper => {
  let ensured = false
  const ensure = async (): Promise<boolean> => {
    ensured ||= E.isRight(await ensureLogStream(bus, options))
    return ensured
  }
  return {
    ship: async records => {
      if (!(await ensure())) return false
      const answers = await Promise.all(
        records.map(({ record, id }) =>
          bus.jetstream.publish({
            subject: logSubject(record),
            headers: [['Nats-Msg-Id', id]],
            data: encodeLogRecord(record),
          }),
        ),
      )
      return answers.every(({ tag }) => tag === 'Stored')
    },
  }
}

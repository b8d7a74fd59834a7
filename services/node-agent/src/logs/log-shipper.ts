import type { Bus } from '@periplus/bus'
import { encodeLogRecord, logSubject, logSubjects, logsStream } from '@periplus/runtime'
import type { LogRecord } from '@periplus/runtime'
import { E } from '@periplus/prelude'

/** Where containers' lines go. */
export interface LogShipper {
  /**
   * Resolves to whether all records have arrived; a caller may send the same ones again, by whose `id` they are known. Never
   * throws.
   */
  ship(records: readonly { readonly record: LogRecord; readonly id: string }[]): Promise<boolean>
}

const mebibyte = 2 ** 20

export interface BusShipperOptions {
  /** Bytes over which the oldest lines go. Default 1 GiB. */
  readonly mostBytes?: number
  /** Default 1. */
  readonly replicas?: 1 | 3
}

/** Ships to the `LOGS` stream; makes the stream where there is none. */
export const busLogShipper = (
  bus: Bus,
  { mostBytes = 1024 * mebibyte, replicas = 1 }: BusShipperOptions = {},
): LogShipper => {
  let ensured = false
  const ensure = async (): Promise<boolean> => {
    ensured ||= E.isRight(
      await bus.jetstream.ensure({
        name: logsStream,
        subjects: [logSubjects],
        replicas,
        maxAgeMilliseconds: 0,
        maxBytes: mostBytes,
        duplicateWindowMilliseconds: 120_000,
        rollup: false,
        denyDelete: false,
        durability: 'eventual',
      }),
    )
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

import type { Behaviour, HttpRecorder } from '@periplus/logs/contract'

/** A backend that takes everything. */
export const takes: Behaviour = (_, response, accept) => {
  accept()
  response.writeHead(204).end()
}

/** What a recorder took of a webhook. */
export const linesOf = (
  recorder: HttpRecorder,
): readonly { number: number; message: string; [more: string]: unknown }[] =>
  recorder.accepted.flatMap(({ body }) =>
    body
      .toString()
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as { number: number; message: string }),
  )

export const upTo = (last: number): readonly number[] => Array.from({ length: last }, (_, i) => i + 1)

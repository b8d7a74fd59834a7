import { inDefault, maps, pods, posted } from './attack.ts'
import type { Attack } from './attack.ts'
import { configMap, fresh, many, members, pod } from './bodies.ts'

const nested = (depth: number): string => '[' + '['.repeat(depth) + ']'.repeat(depth) + ']'

/** Bodies near the limit of 3 MiB. */
export const bodies: readonly Attack[] = [
  posted('brackets, 1.4 million deep', maps, () => nested(1_400_000)),
  posted(
    'brackets, 900 deep, 1,500 times',
    maps,
    () => `{"kind":"ConfigMap","data":[${many(1_500, () => nested(900)).join()}]}`,
  ),
  posted('an object of 45,000 unknown members', pods, () => ({
    ...pod({}),
    ...members(
      45_000,
      at => `k${at}`,
      () => 1,
    ),
  })),
  posted('a member 49,000 times', maps, () => `{"kind":"ConfigMap","data":{${many(49_000, () => '"a":1').join()}}}`),
  posted(
    'integers beyond 2^53, 49,000',
    maps,
    () => `{"kind":"ConfigMap","data":[${many(49_000, () => '9007199254740993').join()}]}`,
  ),
  posted('a ConfigMap of 48,000 keys', maps, () =>
    configMap({
      data: members(
        48_000,
        at => `key-${at}`,
        () => 'v',
      ),
    }),
  ),
  posted('a ConfigMap of 48,000 bad values', maps, () =>
    configMap({
      data: members(
        48_000,
        at => `k${at}`,
        () => 1,
      ),
    }),
  ),
  posted('48,000 labels', maps, () =>
    configMap(
      {},
      {
        labels: members(
          48_000,
          at => `label-${at}`,
          () => 'v',
        ),
      },
    ),
  ),
  posted('48,000 bad labels', maps, () =>
    configMap(
      {},
      {
        labels: members(
          48_000,
          at => `-label-${at}`,
          () => '-',
        ),
      },
    ),
  ),
  posted('48,000 bad annotations', maps, () =>
    configMap(
      {},
      {
        annotations: members(
          48_000,
          at => `-note-${at}`,
          () => '',
        ),
      },
    ),
  ),
  posted('48,000 finalizers', maps, () => configMap({}, { finalizers: many(48_000, at => `example.com/f-${at}`) })),
  posted('more values than are read', maps, () =>
    configMap({
      data: members(
        500_000,
        at => `k${at}`,
        () => 1,
      ),
    }),
  ),
  posted('8,000 owners who all manage', maps, () =>
    configMap(
      {},
      {
        ownerReferences: many(8_000, at => ({
          apiVersion: 'v1',
          kind: 'Pod',
          name: `p-${at}`,
          uid: `u-${at}`,
          controller: true,
        })),
      },
    ),
  ),
  posted('9,000 owners', maps, () =>
    configMap(
      {},
      { ownerReferences: many(9_000, at => ({ apiVersion: 'v1', kind: 'Pod', name: `p-${at}`, uid: `u-${at}` })) },
    ),
  ),
  posted('one string of 3 MB', maps, () => configMap({ data: { a: 'x'.repeat(3_000_000) } })),
  posted('escapes, 3 MB', maps, () => `{"kind":"ConfigMap","data":{"a":"${'\\u0041'.repeat(500_000)}"}}`),
  posted('a Secret of 1.3 MB', inDefault('secrets'), () => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: fresh() },
    data: { a: Buffer.alloc(1_000_000, 'x').toString('base64') },
  })),
  posted('generateName of 1,000,000 characters', maps, () => ({
    kind: 'ConfigMap',
    apiVersion: 'v1',
    metadata: { generateName: 'a'.repeat(1_000_000) },
  })),
  posted('bytes that are no text, 3 MB', maps, () => `{"kind":"${'\uFFFF'.repeat(900_000)}`),
]

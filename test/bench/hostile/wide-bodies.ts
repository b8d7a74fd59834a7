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
  posted('an object of 18,000 unknown members', pods, () => ({
    ...pod({}),
    ...members(
      18_000,
      at => `k${at}`,
      () => 1,
    ),
  })),
  posted('a member 19,500 times', maps, () => `{"kind":"ConfigMap","data":{${many(19_500, () => '"a":1').join()}}}`),
  posted(
    'integers beyond 2^53, 19,500',
    maps,
    () => `{"kind":"ConfigMap","data":[${many(19_500, () => '9007199254740993').join()}]}`,
  ),
  posted('a ConfigMap of 19,000 keys', maps, () =>
    configMap({
      data: members(
        19_000,
        at => `key-${at}`,
        () => 'v',
      ),
    }),
  ),
  posted('a ConfigMap of 19,000 bad values', maps, () =>
    configMap({
      data: members(
        19_000,
        at => `k${at}`,
        () => 1,
      ),
    }),
  ),
  posted('19,000 labels', maps, () =>
    configMap(
      {},
      {
        labels: members(
          19_000,
          at => `label-${at}`,
          () => 'v',
        ),
      },
    ),
  ),
  posted('19,000 bad labels', maps, () =>
    configMap(
      {},
      {
        labels: members(
          19_000,
          at => `-label-${at}`,
          () => '-',
        ),
      },
    ),
  ),
  posted('19,000 bad annotations', maps, () =>
    configMap(
      {},
      {
        annotations: members(
          19_000,
          at => `-note-${at}`,
          () => '',
        ),
      },
    ),
  ),
  posted('19,000 finalizers', maps, () => configMap({}, { finalizers: many(19_000, at => `example.com/f-${at}`) })),
  posted('more values than are read', maps, () =>
    configMap({
      data: members(
        500_000,
        at => `k${at}`,
        () => 1,
      ),
    }),
  ),
  posted('3,200 owners who all manage', maps, () =>
    configMap(
      {},
      {
        ownerReferences: many(3_200, at => ({
          apiVersion: 'v1',
          kind: 'Pod',
          name: `p-${at}`,
          uid: `u-${at}`,
          controller: true,
        })),
      },
    ),
  ),
  posted('3,600 owners', maps, () =>
    configMap(
      {},
      { ownerReferences: many(3_600, at => ({ apiVersion: 'v1', kind: 'Pod', name: `p-${at}`, uid: `u-${at}` })) },
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

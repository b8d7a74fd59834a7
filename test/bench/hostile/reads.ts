import { attack, twice } from './attack.ts'
import type { Attack } from './attack.ts'
import { many, reading } from './bodies.ts'

const terms = (count: number, term: (at: number) => string): string => encodeURIComponent(many(count, term).join())

/** Against the 10,000 pods that are there. */
export const reads: readonly Attack[] = [
  attack(
    '10,000 pods',
    twice(() => reading('/api/v1/pods')),
  ),
  attack(
    '10,000 pods as a Table',
    twice(() => reading('/api/v1/pods', { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' })),
  ),
  attack(
    '10,000 pods as protobuf',
    twice(() => reading('/api/v1/pods', { accept: 'application/vnd.kubernetes.protobuf' })),
  ),
  attack(
    '10,000 pods as metadata',
    twice(() =>
      reading('/api/v1/pods', { accept: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io' }),
    ),
  ),
  attack(
    '10,000 pods as YAML',
    twice(() => reading('/api/v1/pods', { accept: 'application/yaml' })),
  ),
  attack(
    '10,000 pods, pretty',
    twice(() => reading('/api/v1/pods?pretty=true')),
  ),
  attack('10,000 pods, eight at once', () => many(8, () => reading('/api/v1/pods')), 8),
  attack(
    '10,000 pods by a field',
    twice(() => reading('/api/v1/pods?fieldSelector=spec.nodeName%3Dx,status.phase%21%3DRunning')),
  ),
  attack(
    '10,000 pods by 5,000 requirements',
    twice(() => reading(`/api/v1/pods?labelSelector=${terms(5_000, at => `k${at}!=v`)}`)),
  ),
  attack(
    '10,000 pods by 250 KB of values',
    twice(() =>
      reading(`/api/v1/pods?labelSelector=${encodeURIComponent(`app notin (${many(50_000, at => `v${at}`).join()})`)}`),
    ),
  ),
  attack(
    '10,000 pods by 5,000 fields',
    twice(() => reading(`/api/v1/pods?fieldSelector=${terms(5_000, at => `metadata.name!=v${at}`)}`)),
  ),
  attack('10,000 pods in pages of 1', () => many(50, () => reading('/api/v1/pods?limit=1&labelSelector=nobody'))),
  attack(
    '60 reads below /at/',
    () => many(60, at => reading(`/at/${9_000 + at}/api/v1/namespaces/default/configmaps/none`)),
    16,
  ),
  attack('lists below /at/', () => many(10, at => reading(`/at/${8_000 + at}/api/v1/pods?limit=10`)), 4),
  attack(
    'lists of an exact version',
    () => many(20, at => reading(`/api/v1/pods?limit=1&resourceVersionMatch=Exact&resourceVersion=${10_500 + at}`)),
    4,
  ),
  attack(
    'watches that begin with 10,000 pods',
    () =>
      many(8, () =>
        reading(
          '/api/v1/pods?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true',
        ),
      ),
    8,
  ),
  attack(
    'the same as Tables',
    () =>
      many(4, () =>
        reading(
          '/api/v1/pods?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true',
          { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
        ),
      ),
    4,
  ),
  attack('500 watches', () => many(500, () => reading('/api/v1/pods?watch=true&labelSelector=a%3Db')), 100),
  attack('OpenAPI', () =>
    ['/openapi/v2', '/openapi/v3/api/v1', '/apis'].map(path =>
      reading(path, { accept: 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf, application/json' }),
    ),
  ),
  attack(
    'OpenAPI as YAML',
    twice(() => reading('/openapi/v2', { accept: 'application/yaml' })),
  ),
  attack('metrics', () => many(20, () => reading('/metrics')), 4),
]

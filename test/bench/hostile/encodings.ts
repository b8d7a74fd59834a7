import { attack, maps, pods, twice } from './attack.ts'
import type { Attack } from './attack.ts'
import { many, posting, removing } from './bodies.ts'

const lines = (count: number, line: (at: number) => string): string => many(count, line).join('\n')

export const encodings: readonly Attack[] = [
  attack(
    'YAML: 250 KB of one key',
    twice(() =>
      posting(
        maps,
        lines(40_000, () => 'a: 1'),
        'application/yaml',
      ),
    ),
  ),
  attack(
    'YAML: 3 MB of keys',
    twice(() => posting(maps, `kind: ConfigMap\ndata:\n${lines(200_000, at => ` k${at}: v`)}`, 'application/yaml')),
  ),
  attack(
    'YAML: aliases',
    twice(() =>
      posting(
        maps,
        `a: &a [${many(9, () => '1').join()}]\n${lines(20, at => `b${at}: &b${at} [${many(9, () => (at === 0 ? '*a' : `*b${at - 1}`)).join()}]`)}`,
        'application/yaml',
      ),
    ),
  ),
  attack(
    'YAML: question marks',
    twice(() => posting(maps, '? '.repeat(4_000), 'application/yaml')),
  ),
  attack(
    'protobuf: 3 MB of nothing',
    twice(() =>
      posting(
        pods,
        Buffer.concat([Buffer.from('k8s\0'), Buffer.alloc(3_000_000, 0x0a)]).toString('latin1'),
        'application/vnd.kubernetes.protobuf',
      ),
    ),
  ),
  attack(
    'a deletion of 10,000 that selects nobody',
    twice(() => removing(`${pods}?labelSelector=none%3Dat-all&fieldSelector=status.phase%3DNone`)),
  ),
]

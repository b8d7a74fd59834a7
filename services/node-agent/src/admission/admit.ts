import type { Node, Pod } from '@periplus/kinds'
import type { NodeSettings } from '../settings.ts'
import type { Rejection } from './rejection.ts'

export const admit = (
  _pod: Pod,
  _active: readonly Pod[],
  _node: Node | undefined,
  _settings: NodeSettings,
): Rejection | undefined => undefined

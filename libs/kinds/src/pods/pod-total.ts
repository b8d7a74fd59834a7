import type { Container } from '../core/v1/container.ts'
import type { PodSpec } from '../core/v1/pod/spec.ts'

/** How amounts add up, whatever they are written as. */
export interface Amounting<A> {
  readonly none: A
  readonly plus: (a: A, b: A) => A
  /** The larger of two, resource by resource. */
  readonly most: (a: A, b: A) => A
}

/**
 * What all containers of a pod come to (`component-helpers` `resource`). Init containers run one after the other before the
 * ordinary ones, each beside the sidecars (restartable init containers) that started before it; sidecars run beside the
 * ordinary ones too. Amounts of the pod as a whole, and its overhead, are not looked at.
 */
export const podTotal = <A>(
  spec: Pick<PodSpec, 'containers' | 'initContainers'> | undefined,
  { none, plus, most }: Amounting<A>,
  of: (container: Container) => A,
): A => {
  let sidecars = none
  let starting = none
  for (const container of spec?.initContainers ?? []) {
    const own = of(container)
    if (container.restartPolicy === 'Always') {
      sidecars = plus(sidecars, own)
      starting = most(starting, sidecars)
    } else starting = most(starting, plus(own, sidecars))
  }
  const running = (spec?.containers ?? []).reduce((total, container) => plus(total, of(container)), sidecars)
  return most(running, starting)
}

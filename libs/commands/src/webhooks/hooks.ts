import { labelSelectorAsSelector } from '@periplus/api'
import type { Either } from '@periplus/prelude'
import type { Kind, KubernetesObject, LabelSelectorLike, Refusal, Selector, Stored } from '@periplus/api'
import { MutatingWebhookConfiguration, ValidatingWebhookConfiguration } from '@periplus/kinds'
import type { MutatingWebhook, ValidatingWebhook } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'

/** One webhook of a configuration, with what can be said of it beforehand. */
export interface Hook<A extends MutatingWebhook | ValidatingWebhook = MutatingWebhook | ValidatingWebhook> {
  readonly configuration: string
  /** Unique among all webhooks of a moment. */
  readonly id: string
  readonly webhook: A
  /** Left: one that was stored before it could be read so. */
  readonly namespaces: Either<Refusal, Selector>
  readonly objects: Either<Refusal, Selector>
}

type Configuration<A> = Stored<KubernetesObject & { readonly webhooks?: readonly A[] }>

const everything: LabelSelectorLike = {}

const hooksOf = <A extends MutatingWebhook | ValidatingWebhook>(configuration: Configuration<A>): readonly Hook<A>[] =>
  (configuration.webhooks ?? []).map((webhook, i) => ({
    configuration: configuration.metadata.name,
    id: `${configuration.metadata.name}/${webhook.name}/${i}`,
    webhook,
    namespaces: labelSelectorAsSelector(webhook.namespaceSelector ?? everything),
    objects: labelSelectorAsSelector(webhook.objectSelector ?? everything),
  }))

/** By the list of configurations, which is the same array until one of them changes. */
const remembered = <A extends MutatingWebhook | ValidatingWebhook>(
  kind: Kind<KubernetesObject & { readonly webhooks?: readonly A[] }>,
): ((cut: Pick<Cut, 'list'>) => readonly Hook<A>[]) => {
  const known = new WeakMap<readonly Configuration<A>[], readonly Hook<A>[]>()
  return cut => {
    const configurations: readonly Configuration<A>[] = cut.list(kind)
    if (configurations.length === 0) return []
    const hooks = known.get(configurations) ?? configurations.flatMap(one => hooksOf(one))
    known.set(configurations, hooks)
    return hooks
  }
}

/** Every mutating webhook, in the order in which they are asked: by their configurations' names, then as these have them. */
export const mutatingHooks = remembered<MutatingWebhook>(MutatingWebhookConfiguration)

/** Every validating webhook, in the same order. */
export const validatingHooks = remembered<ValidatingWebhook>(ValidatingWebhookConfiguration)

export const failsOpen = ({ webhook }: Hook): boolean => webhook.failurePolicy === 'Ignore'

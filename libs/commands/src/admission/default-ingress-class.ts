import { E } from '@periplus/prelude'
import { IngressClass, newestOf } from '@periplus/kinds'
import type { Ingress } from '@periplus/kinds'
import type { AdmissionPlugin } from './plugin.ts'

const isDefault = 'ingressclass.kubernetes.io/is-default-class'
/** How a class was named before there was a field for it. */
const olderName = 'kubernetes.io/ingress.class'

/** An ingress that says nothing of its class is of the default one, where there is one; of several the newest. */
export const defaultIngressClass: AdmissionPlugin = {
  name: 'DefaultIngressClass',
  mutate: ({ kind, operation, next }, { cut }) => {
    if (kind.group !== 'networking.k8s.io' || kind.resource !== 'ingresses' || operation !== 'create')
      return E.right(next)
    const { spec, metadata } = next as Ingress
    if (spec?.ingressClassName !== undefined || Object.hasOwn(metadata?.annotations ?? {}, olderName))
      return E.right(next)
    const usual = newestOf(cut.list(IngressClass).filter(one => one.metadata.annotations?.[isDefault] === 'true'))
    if (!usual) return E.right(next)
    return E.right(Object.assign({}, next, { spec: { ...spec, ingressClassName: usual.metadata.name } }))
  },
}

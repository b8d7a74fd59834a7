import { ReplicaSet } from '@periplus/kinds'
import { replicaController } from '../replicas/controller.ts'
import { replicatedKind } from '../replicas/replicated.ts'

export const replicaSetController = replicaController(
  replicatedKind({
    kind: ReplicaSet,
    component: 'replicaset-controller',
    countsTerminating: true,
    read: object => ({
      object,
      replicas: object.spec?.replicas ?? 1,
      minReadySeconds: object.spec?.minReadySeconds ?? 0,
      selector: object.spec?.selector,
      template: object.spec?.template,
      status: object.status,
    }),
  }),
)
